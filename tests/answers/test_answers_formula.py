"""Formulas as a candidate writes them, right and nearly right, against keys of deep learning."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from dlcards.answers import formula, grammar
from dlcards.answers.domains import LEAST, Domain, Variable, points

DOMAINS = get_args(Domain)


def variables(text: str) -> list[Variable]:
    """`x p:unit n:integer:2:9` as variables with domain, low and high."""
    found = []
    for word in text.split():
        name, domain, low, high = [*word.split(":"), "", "", ""][:4]
        assert domain in ("", *DOMAINS)
        bounds = [float(end) if end else None for end in (low, high)]
        found.append(Variable(name, domain or "real", *bounds))  # type: ignore[arg-type]
    return found


def judge(key: str, reply: str, names: str, seed: int = 1) -> formula.Verdict:
    known = variables(names)
    read = [grammar.parse(text, names=[v.name for v in known]) for text in (key, reply)]
    return formula.judge(read[0], read[1], known, seed)


RIGHT: list[tuple[str, str, str]] = [  # key, reply, variables
    # the sigmoid
    ("sigmoid(x)", "1/(1+e^(-x))", "x"),
    ("sigmoid(x)", "1/(1+exp(-x))", "x"),
    ("sigmoid(x)", "e^x/(1+e^x)", "x"),
    ("sigmoid(x)", "σ(x)", "x"),
    ("sigmoid(x)", "(1+tanh(x/2))/2", "x"),
    ("sigmoid(x)", "0.5+0.5tanh(0.5x)", "x"),
    ("sigmoid(x)", "½ + ½ tanh(x/2)", "x"),
    ("sigmoid(x)", "1 - sigmoid(-x)", "x"),
    ("sigmoid(x)", "(1+e^-x)^(-1)", "x"),
    ("sigmoid(x)", "(1 + exp(−x))^-1", "x"),
    ("sigmoid(x)", "e^(x/2)/(e^(x/2)+e^(-x/2))", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "sigmoid(x) - sigmoid(x)^2", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "σ(x)(1−σ(x))", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "sigmoid(x) sigmoid(-x)", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "e^-x/(1+e^-x)^2", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "1/(e^x + 2 + e^-x)", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "sech(x/2)^2/4", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "(1-tanh(x/2)^2)/4", "x"),
    ("sigmoid(x)*(1-sigmoid(x))", "1/(2+2cosh(x))", "x"),
    ("s*(1-s)", "s - s^2", "s:unit"),
    ("s*(1-s)", "s - s²", "s:unit"),
    ("s*(1-s)", "(1-s)s", "s:unit"),
    ("s*(1-s)", "-(s-1)*s", "s:unit"),
    ("s*(1-s)", "1/4 - (s - 1/2)^2", "s:unit"),
    ("s*(1-s)", "s*s*(1/s - 1)", "s:unit"),
    # tanh
    ("1 - tanh(x)^2", "sech(x)^2", "x"),
    ("1 - tanh(x)^2", "sech²(x)", "x"),
    ("1 - tanh(x)^2", "1/cosh(x)^2", "x"),
    ("1 - tanh(x)^2", "(1-tanh(x))(1+tanh(x))", "x"),
    ("1 - tanh(x)^2", "4/(e^x+e^-x)^2", "x"),
    ("1 - tanh(x)^2", "4*sigmoid(2x)*(1-sigmoid(2x))", "x"),
    ("1 - tanh(x)^2", "1 - tanh²(x)", "x"),
    ("tanh(x)", "2*sigmoid(2x) - 1", "x"),
    ("tanh(x)", "(e^x-e^-x)/(e^x+e^-x)", "x"),
    ("tanh(x)", "(exp(2x)-1)/(exp(2x)+1)", "x"),
    ("tanh(x)", "sinh(x)/cosh(x)", "x"),
    ("tanh(x)", "1 - 2/(e^(2x)+1)", "x"),
    ("tanh(x)", "-tanh(-x)", "x"),
    ("1 - t^2", "(1-t)*(1+t)", "t::-1:1"),
    ("1 - t^2", "-(t+1)(t-1)", "t::-1:1"),
    # softplus and logarithms
    ("softplus(x)", "ln(1+e^x)", "x"),
    ("softplus(x)", "log(1+exp(x))", "x"),
    ("softplus(x)", "x + softplus(-x)", "x"),
    ("softplus(x)", "-log(sigmoid(-x))", "x"),
    ("softplus(x)", "-ln(1-σ(x))", "x"),
    ("softplus(x)", "max(x,0) + ln(1+e^(-|x|))", "x"),
    ("softplus(x)", "relu(x) + log(1+exp(-abs(x)))", "x"),
    ("softplus(x)", "x - log(sigmoid(x))", "x"),
    ("-log(p)", "ln(1/p)", "p:unit"),
    ("-log(p)", "log(1) - ln(p)", "p:unit"),
    ("-log(p)", "-log2(p)*ln(2)", "p:unit"),
    ("-log(p)", "-log10(p)*ln(10)", "p:unit"),
    ("log(p/(1-p))", "ln(p) - ln(1-p)", "p:unit"),
    ("log(p/(1-p))", "-log(1/p - 1)", "p:unit"),
    ("log(p/(1-p))", "ln(p/(1-p))", "p:unit"),
    ("-y*log(p) - (1-y)*log(1-p)", "-(y ln(p) + (1-y) ln(1-p))", "p:unit y:unit"),
    ("-y*log(p) - (1-y)*log(1-p)", "y*log(1/p)+(1-y)*log(1/(1-p))", "p:unit y:unit"),
    ("-y*log(p) - (1-y)*log(1-p)", "-log(1-p) - y*log(p/(1-p))", "p:unit y:unit"),
    ("-log(p)*p - log(1-p)*(1-p)", "p*ln(1/p) - (1-p)*ln(1-p)", "p:unit"),
    ("max(z,0) - z*y + log(1+exp(-abs(z)))", "softplus(z) - y*z", "z y:unit"),
    ("max(z,0) - z*y + log(1+exp(-abs(z)))", "-y*ln(σ(z)) - (1-y)*ln(1-σ(z))", "z y:unit"),
    ("max(z,0) - z*y + log(1+exp(-abs(z)))", "(1-y)z + softplus(-z)", "z y:unit"),
    ("log(x*y)", "ln(x) + ln(y)", "x:positive y:positive"),
    ("log(x^2)", "2 ln|x|", "x"),
    ("log(x^2)", "2 ln(x)", "x:positive"),
    ("log(exp(a)+exp(b))", "max(a,b) + log(1+exp(-|a-b|))", "a b"),
    ("log(exp(a)+exp(b))", "a + softplus(b-a)", "a b"),
    ("log2(x)", "ln(x)/ln(2)", "x:positive"),
    ("exp(-x)", "1/e^x", "x"),
    ("exp(x+y)", "e^x e^y", "x y"),
    ("exp(2*x)", "(e^x)^2", "x"),
    ("x^y", "exp(y*log(x))", "x:positive y"),
    # the cross-entropy's gradients
    ("p - y", "-(y-p)", "p:unit y:unit"),
    ("p - y", "p*(1-y) - y*(1-p)", "p:unit y:unit"),
    ("p - y", "p(1-y) - (1-p)y", "p:unit y:unit"),
    ("p - y", "(-y/p + (1-y)/(1-p))*p*(1-p)", "p:unit y:unit"),
    ("(p-y)/(p*(1-p))", "-y/p + (1-y)/(1-p)", "p:unit y:unit"),
    ("(p-y)/(p*(1-p))", "(1-y)/(1-p) - y/p", "p:unit y:unit"),
    ("y_hat - y", "ŷ - y".replace("ŷ", "y_hat"), "y_hat y"),
    ("y_hat - y", "yhat - y", "y_hat y"),
    ("(y_hat - y)*y_hat*(1-y_hat)", "y_hat(1-y_hat)(y_hat-y)", "y_hat:unit y:unit"),
    ("-p_1*p_2", "-p1 p2", "p_1:unit p_2:unit"),
    ("-p_1*p_2", "−p₁·p₂", "p_1:unit p_2:unit"),
    ("alpha*x", "αx", "alpha x"),
    ("alpha*x", "x*α", "alpha x"),
    ("sigma^2", "σ²", "sigma:positive"),
    ("(x-mu)/sigma", "(x − μ)/σ", "x mu sigma:positive"),
    ("(x-mu)/sigma", "x/sigma - mu/sigma", "x mu sigma:positive"),
    ("(x-mu)/sqrt(var+eps)", "(x-mu)*(var+eps)^(-1/2)", "x mu var:nonnegative eps:positive"),
    ("(x-mu)/sqrt(var+eps)", "(x-mu)/(var+eps)^0.5", "x mu var:nonnegative eps:positive"),
    ("(x-mu)/sqrt(var+eps)", "(x-μ)/√(var+eps)", "x mu var:nonnegative eps:positive"),
    # kinks
    ("relu(x)", "max(0, x)", "x"),
    ("relu(x)", "max(x,0)", "x"),
    ("relu(x)", "(x+|x|)/2", "x"),
    ("relu(x)", "x*(1+sign(x))/2", "x"),
    ("relu(x)", "(x + sqrt(x^2))/2", "x"),
    ("relu(x)", "-min(0,-x)", "x"),
    ("relu(x)", "x + relu(-x)", "x"),
    ("abs(x)", "sqrt(x^2)", "x"),
    ("abs(x)", "|x|", "x"),
    ("abs(x)", "√(x²)", "x"),
    ("abs(x)", "max(x,-x)", "x"),
    ("abs(x)", "relu(x)+relu(-x)", "x"),
    ("abs(x)", "x*sign(x)", "x"),
    ("x", "|x|", "x:positive"),
    ("x", "relu(x)", "x:positive"),
    ("max(x, 10)", "10 + relu(x-10)", "x"),
    ("max(x, y)", "(x+y+|x-y|)/2", "x y"),
    ("min(x, y)", "(x+y-|x-y|)/2", "x y"),
    ("max(x, y, z)", "max(max(x, z), y)", "x y z"),
    ("max(0, 1 - y*f)", "relu(1 - yf)".replace("yf", "y f"), "y f"),
    ("max(0, a - b + m)", "relu(m + a - b)", "a:positive b:positive m:positive"),
    ("max(a*x, x)", "relu(x) - a*relu(-x)", "a:unit x"),
    ("max(0, x) + a*min(0, x)", "max(x, a x)", "a:unit x"),
    ("max(-1, min(1, x))", "(|x+1| - |x-1|)/2", "x"),
    ("min(max(x, 0), 6)", "relu(x) - relu(x-6)", "x"),
    # activations
    ("x*sigmoid(x)", "x/(1+e^-x)", "x"),
    ("x*sigmoid(x)", "x - x*sigmoid(-x)", "x"),
    ("sigmoid(x) + x*sigmoid(x)*(1-sigmoid(x))", "σ(x)(1 + x(1-σ(x)))", "x"),
    ("sigmoid(x) + x*sigmoid(x)*(1-sigmoid(x))", "(1+e^-x+x e^-x)/(1+e^-x)^2", "x"),
    ("x*(1+erf(x/sqrt(2)))/2", "x - x*erfc(x/√2)/2", "x"),
    ("x*(1+erf(x/sqrt(2)))/2", "x*erfc(-x/sqrt(2))/2", "x"),
    ("0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))", "x*sigmoid(2√(2/π)(x+0.044715x³))", "x"),
    ("x*tanh(softplus(x))", "x*((1+e^x)^2-1)/((1+e^x)^2+1)", "x"),
    ("exp(-x^2/2)/sqrt(2*pi)", "e^(-x²/2)/√(2π)", "x"),
    ("exp(-x^2/2)/sqrt(2*pi)", "(2π)^(-1/2) exp(-0.5x^2)", "x"),
    # expanded and factored
    ("(x-y)^2", "x^2 - 2xy + y^2".replace("xy", "x*y"), "x y"),
    ("(x-y)^2", "(y-x)²", "x y"),
    ("(x-y)^2", "(x-y)(x-y)", "x y"),
    ("x^2 - y^2", "(x+y)(x-y)", "x y"),
    ("2*(x-y)", "2x - 2y", "x y"),
    ("2*(x-y)/n", "(2/n)*(x-y)", "x y n:count"),
    ("2*(x-y)/n", "(x-y)/(n/2)", "x y n:count"),
    ("x^3 - 3*x", "x(x²-3)", "x"),
    ("1/(a*b)", "(1/a)(1/b)", "a:positive b:positive"),
    ("a/b/c", "a/(b*c)", "a b:positive c:positive"),
    ("2*x/(x^2+1)^2", "2x(x²+1)^-2", "x"),
    ("g*x + b", "b+gx".replace("gx", "g x"), "g x b"),
    ("theta - eta*g", "θ - η g", "theta eta:positive g"),
    ("(1-b)*g + b*m", "m*β + (1-β)*g".replace("β", "b"), "b:unit g m"),
    ("m/(1-b^t)", "-m/(b^t-1)", "m b:unit t:count"),
    ("2*p*r/(p+r)", "2/(1/p+1/r)", "p:unit r:unit"),
    ("tp/(tp+fp)", "1/(1+fp/tp)", "tp:positive fp:positive"),
    ("(1-p)^g*(-log(p))", "-(1-p)^g ln(p)", "p:unit g:nonnegative"),
    ("log(s2/s1) + (s1^2+(m1-m2)^2)/(2*s2^2) - 1/2",
     "ln(s2) - ln(s1) + (s1² + (m2-m1)²)/(2 s2²) - ½", "s1:positive s2:positive m1 m2"),
    ("-(1 + lv - mu^2 - exp(lv))/2", "½(μ² + e^lv - lv - 1)", "lv mu"),
    # whole numbers and bounds
    ("floor((n + 2*p - k)/s) + 1", "⌊⌋" and "floor((n+2p-k+s)/s)",
     "n:integer:32:64 p:integer:0:3 k:integer:1:7 s:integer:1:4"),
    ("n*(n-1)/2", "(n²-n)/2", "n:count"),
    ("ceil(n/2)", "floor((n+1)/2)", "n:count"),
    ("(k-1)*d + 1", "d*k - d + 1", "k:integer:1:7 d:integer:1:4"),
    ("min(n, 10)", "(n+10-|n-10|)/2", "n:count"),
    ("abs(n)", "sqrt(n^2)", "n:integer"),
    ("sqrt(1-x^2)", "(1-x²)^½".replace("½", "0.5"), "x::-1:1"),
    ("log(x-3)", "ln(x-3)", "x::3"),
    ("sqrt(-x)", "(-x)^0.5", "x:::0"),
    ("x/100", "0.01x", "x::100:101"),
    ("x", "100+(x-100)", "x::100:101"),
    ("1/(x-0.9999)", "10000/(10000x-9999)", "x::0.9999:1"),
    ("50%*x", "x/2", "x"),
    ("3.6e3*x", "3600x", "x"),
    # near the limits of floats: fifty digits decide
    ("1 - tanh(x)^2", "sech(x)^2", "x::15:40"),
    ("exp(2*x)*(1-tanh(x)^2)", "4/(1+e^(-2x))^2", "x::5:18"),
    ("exp(2*x)*(1-tanh(x)^2)", "4/(1+e^(-2x))^2", "x"),
    ("1 - tanh(x)^2", "sech(x)^2", "x::50:90"),
    ("log(1+x) - x", "ln(1+x) - x", "x::0:0.00001"),
    ("log(1+x)", "-ln(1/(1+x))", "x::0:1e-9"),
    ("(1-cos(x))/x^2", "2*sin(x/2)^2/x^2", "x::0:0.00001"),
    ("(exp(x)-1)/x", "e^(x/2)*2*sinh(x/2)/x", "x::0:1e-8"),
    ("1 - sigmoid(x)", "sigmoid(-x)", "x::20:60"),
    ("log(1-sigmoid(x))", "-softplus(x)", "x::20:60"),
    ("sqrt(x+1) - sqrt(x)", "1/(sqrt(x+1)+sqrt(x))", "x::1e9:1e12"),
    ("(x+1)^2 - x^2", "2x+1", "x::1e8:1e9"),
    ("softplus(x) - x", "softplus(-x)", "x::30:80"),
    ("erfc(x)", "1-erf(x)", "x::3:9"),
    ("e^x/(1+e^x)", "sigmoid(x)", "x::700:2000"),
    ("tanh(x)", "(e^x-e^-x)/(e^x+e^-x)", "x::-1500:1500"),
    ("0.1*x", "x/10", "x::1e-12:1e-11"),
    ("1.1*x - x", "0.1x", "x"),
]  # fmt: skip

NEAR: list[tuple[str, str, str, str]] = [  # key, reply, variables, what is said
    # sign and factors
    ("p - y", "y - p", "p:unit y:unit", "Yours is the key × -1."),
    ("2*(x-y)", "x - y", "x y", "Yours is the key × 0.5."),
    ("(x-y)/n", "2*(x-y)/n", "x y n:count", "Yours is the key × 2."),
    ("log(x)", "log2(x)", "x:positive", "Yours is the key × 1.443."),
    ("log(x)", "log10(x)", "x:positive", "Yours is the key × 0.4343."),
    ("log2(x)", "ln(x)", "x:positive", "Yours is the key × 0.6931."),
    ("sigmoid(x)*(1-sigmoid(x))", "sech(x/2)^2", "x", "Yours is the key × 4."),
    ("exp(-x^2/2)/sqrt(2*pi)", "exp(-x^2/2)", "x", "Yours is the key × 2.507."),
    # off by a constant
    ("x^2", "x^2 + 1", "x", "Yours is the key + 1."),
    ("tanh(x)", "2*sigmoid(2x)", "x", "Yours is the key + 1."),
    ("n - 1", "n", "n:count", "Yours is the key + 1."),
    ("floor(n/2) + 1", "floor(n/2)", "n:count", "Yours is the key − 1."),
    ("log(2*x)", "log(x)", "x:positive", "Yours is the key − 0.6931."),
    # the wrong variable, 1 − y for y
    ("p - y", "p - x", "p:unit y:unit x", "the key"),
    ("-y*log(p) - (1-y)*log(1-p)", "-y*log(1-p) - (1-y)*log(p)", "p:unit y:unit", "At p"),
    ("-y*log(p) - (1-y)*log(1-p)", "-y*log(p) + (1-y)*log(1-p)", "p:unit y:unit", "At p"),
    ("-y*log(p) - (1-y)*log(1-p)", "-y*log(p) - (1-y)*log(p)", "p:unit y:unit", "At p"),
    ("p_1*p_2", "p_1*p_1", "p_1:unit p_2:unit", "At p_1"),
    ("y/p", "y/(1-p)", "p:unit y:unit", "At p"),
    ("s*(1-s)", "s*(1+s)", "s:unit", "At s"),
    ("s*(1-s)", "1-s", "s:unit", "At s"),
    ("s*(1-s)", "s^2*(1-s)", "s:unit", "At s"),
    # equal on one side only
    ("relu(x)", "x", "x", "Equal only where x > 0."),
    ("relu(x)", "0", "x", "Equal only where x < 0."),
    ("abs(x)", "x", "x", "Equal only where x > 0."),
    ("abs(x)", "-x", "x", "Equal only where x < 0."),
    ("log(x^2)", "2*log(x)", "x", "not defined"),
    ("sqrt(x^2)", "x", "x", "Equal only where x > 0."),
    ("max(x, y)", "x", "x y", "At x"),
    ("max(0, x) + a*min(0, x)", "relu(x)", "a:unit x", "Equal only where x > 0."),
    ("x*sign(y)", "x", "x y", "Equal only where y > 0."),
    ("max(x, 10)", "10", "x", "the key 1"),
    ("max(x, 10)", "x", "x", "the key 10"),
    ("max(x, 50)", "50", "x", "At x"),
    ("min(n, 10)", "n", "n:count", "the key 10"),
    ("min(n, 500)", "n", "n:count", "the key 500"),
    ("relu(x-1)", "relu(x-1.001)", "x", "At x"),
    ("relu(x)", "x^2/(|x|+0.000001)*sigmoid(1000000x)", "x", "At x"),
    ("max(-1, min(1, x))", "tanh(x)", "x", "At x"),
    ("max(-1, min(1, x))", "max(-1, x)", "x", "At x"),
    ("min(max(x, 0), 6)", "relu(x)", "x", "At x"),
    ("x*relu(x)", "x^2", "x", "Equal only where x > 0."),
    # the inner derivative is missing
    ("2*x*cos(x^2)", "cos(x^2)", "x", "At x"),
    ("2*sigmoid(2*x)*(1-sigmoid(2*x))", "sigmoid(2x)(1-sigmoid(2x))", "x", "× 0.5"),
    ("-exp(-x)", "exp(-x)", "x", "× -1"),
    ("(y_hat - y)*y_hat*(1-y_hat)", "y_hat - y", "y_hat:unit y:unit", "At y_hat"),
    ("sigmoid(x) + x*sigmoid(x)*(1-sigmoid(x))", "sigmoid(x)*(1-sigmoid(x))", "x", "At x"),
    ("1 - tanh(x)^2", "1 - tanh(x)", "x", "At x"),
    ("1 - tanh(x)^2", "1 - tanh(x^2)", "x", "At x"),
    ("a*(1-tanh(a*x)^2)", "1-tanh(a*x)^2", "a:positive x", "At a"),
    # forms that look alike
    ("sigmoid(x)", "1/(1+e^x)", "x", "At x"),
    ("sigmoid(x)", "1/(1-e^-x)", "x", "At x"),
    ("sigmoid(x)", "tanh(x)", "x", "At x"),
    ("tanh(x)", "(e^x+e^-x)/(e^x-e^-x)", "x", "At x"),
    ("tanh(x)", "2*sigmoid(x) - 1", "x", "At x"),
    ("softplus(x)", "relu(x)", "x", "At x"),
    ("softplus(x)", "ln(e^x)", "x", "At x"),
    ("softplus(x)", "1 + e^x", "x", "At x"),
    ("log(exp(a)+exp(b))", "a + b", "a b", "At a"),
    ("log(exp(a)+exp(b))", "max(a,b)", "a b", "At a"),
    ("log(x*y)", "ln(x)*ln(y)", "x:positive y:positive", "At x"),
    ("log(x)^2", "log(x^2)", "x:positive", "At x"),
    ("exp(x+y)", "e^x + e^y", "x y", "At x"),
    ("(x-y)^2", "x^2 - y^2", "x y", "At x"),
    ("(x-y)^2", "x^2 + y^2", "x y", "At x"),
    ("sqrt(x^2 + y^2)", "x + y", "x:positive y:positive", "At x"),
    ("sqrt(x^2 + y^2)", "|x| + |y|", "x y", "At x"),
    ("x^2", "2^x", "x:positive", "At x"),
    ("(x-mu)/sigma", "(x-mu)/sigma^2", "x mu sigma:positive", "At x"),
    ("(x-mu)/sqrt(var+eps)", "(x-mu)/(sqrt(var)+eps)", "x mu var:nonnegative eps:positive", "At"),
    ("1/(a+b)", "1/a + 1/b", "a:positive b:positive", "At a"),
    ("a/b/c", "a/(b/c)", "a b:positive c:positive", "At a"),
    ("(1-b)*g + b*m", "b*g + (1-b)*m", "b:unit g m", "At b"),
    ("m/(1-b^t)", "m/(1-b)", "m b:unit t:count", "At m"),
    ("m/(1-b^t)", "m/(1-b^(t+1))", "m b:unit t:count", "At m"),
    ("2*p*r/(p+r)", "(p+r)/2", "p:unit r:unit", "At p"),
    ("2*p*r/(p+r)", "sqrt(p*r)", "p:unit r:unit", "At p"),
    ("(1-p)^g*(-log(p))", "p^g*(-log(p))", "p:unit g:nonnegative", "At p"),
    ("(1-p)^g*(-log(p))", "-g*(1-p)*log(p)", "p:unit g:nonnegative", "At p"),
    ("floor((n + 2*p - k)/s) + 1", "floor((n + p - k)/s) + 1",
     "n:integer:32:64 p:integer:0:3 k:integer:1:7 s:integer:1:4", "At n"),
    ("floor((n + 2*p - k)/s) + 1", "(n + 2*p - k)/s + 1",
     "n:integer:32:64 p:integer:0:3 k:integer:1:7 s:integer:1:4", "At n"),
    ("floor((n + 2*p - k)/s) + 1", "ceil((n + 2*p - k)/s) + 1",
     "n:integer:32:64 p:integer:0:3 k:integer:1:7 s:integer:1:4", "At n"),
    ("n*(n-1)/2", "n*(n+1)/2", "n:count", "At n"),
    ("floor(n/20)", "0", "n:count", "At n"),
    ("n*(n-1)/2", "n^2/2", "n:count", "At n"),
    # undefined somewhere
    ("x^2", "x^3/x", "n:integer x:integer", "not defined"),
    ("1/(1+x)", "(1-x)/(1-x^2)", "x:integer:0:9", "not defined"),
    ("x", "exp(log(x))", "x", "not defined"),
    ("x", "sqrt(x)^2", "x", "not defined"),
    ("abs(x)", "sqrt(x)^2", "x", "not defined"),
    ("p", "exp(log(p)) + 0*log(p-0.5)", "p:unit", "not defined"),
    ("sqrt(x)", "sqrt(|x|)", "x", "not defined"),
    # near the limits of floats: fifty digits decide
    ("1 - tanh(x)^2", "0", "x::30:60", "At x"),
    ("1 - tanh(x)^2", "0", "x", "At x"),
    ("1 - tanh(x)^2", "sech(x)^2*(1 + 1e-8)", "x", "At x"),
    ("1 - tanh(x)^2", "sech(x)", "x::30:60", "At x"),
    ("log(1+x) - x", "-x^2/2", "x::0:0.00001", "At x"),
    ("log(1+x) - x", "0", "x::0:1e-9", "At x"),
    ("log(1+x)", "x", "x::0:1e-9", "At x"),
    ("sigmoid(x)", "1", "x::40:60", "At x"),
    ("softplus(x)", "x", "x::40:60", "At x"),
    ("tanh(x)", "1", "x::20:60", "At x"),
    ("1 - cos(x)", "x^2/2", "x::0:0.00001", "At x"),
    ("exp(x)", "1 + x + x^2/2", "x::0:0.0001", "At x"),
    ("x", "x + 1e-9", "x", "At x"),
    ("x", "1.0000000001*x", "x", "At x"),
    ("erfc(x)", "0", "x::6:9", "At x"),
    ("sqrt(x^2+1)", "x", "x::1e9:1e12", "At x"),
    # Stirling, Taylor and other good approximations
    ("x*(1+erf(x/sqrt(2)))/2", "0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))", "x", "At x"),
    ("x*(1+erf(x/sqrt(2)))/2", "x*sigmoid(1.702x)", "x", "At x"),
    ("pi", "3.14159", "x", "Yours is the key"),
    ("e^x", "2.71828^x", "x", "At x"),
    ("x/3", "0.3333x", "x", "Yours is the key × 0.9999."),
]  # fmt: skip


def row(key: str, reply: str, *_: Any) -> str:
    return f"{key} = {reply}"


@pytest.mark.parametrize(("key", "reply", "names"), RIGHT, ids=[row(*r) for r in RIGHT])
def test_a_right_formula_is_accepted(key: str, reply: str, names: str) -> None:
    assert judge(key, reply, names, 1) == formula.Verdict("right")
    assert judge(reply, key, names, 2) == formula.Verdict("right")


@pytest.mark.parametrize(("key", "reply", "names", "said"), NEAR, ids=[row(*r) for r in NEAR])
def test_a_near_miss_is_refused_and_shown(key: str, reply: str, names: str, said: str) -> None:
    judged = judge(key, reply, names)
    assert judged.outcome == "wrong"
    assert said in judged.said
    assert judged.example
    assert judge(reply, key, names, 2).outcome == "wrong"


def test_the_table_is_large_enough() -> None:
    assert len(RIGHT) + len(NEAR) >= 200
    assert len({row(*r) + r[2] for r in [*RIGHT, *NEAR]}) == len(RIGHT) + len(NEAR)


@pytest.mark.parametrize(
    ("key", "reply", "names", "example"),
    [
        ("x^2", "x^2 + 1", "x:integer:2:2", "At x = 2 yours is 5, the key 4."),
        ("p", "1-p", "p:unit:0.7499:0.7501", "At p = 0.75"),
        ("sqrt(x)", "x", "x:integer:-4:-4", "At x = -4 yours is -4, the key not defined."),
        ("x", "sqrt(x)", "x:integer:-4:-4", "At x = -4 yours is not defined, the key -4."),
        (
            "p-y",
            "p-y+1e-13",
            "p:unit y:unit",
            "At p = 0.956, y = 0.996 yours is -0.0399999999999, the key -0.04.",
        ),
        ("pi", "22/7", "", "Yours is 3.143, the key 3.142."),
        ("pi", "3.14159", "", "Yours is 3.14159, the key 3.1415927."),
    ],
)
def test_a_counterexample_has_short_numbers(key: str, reply: str, names: str, example: str) -> None:
    assert judge(key, reply, names).example.startswith(example)


@pytest.mark.parametrize(("key", "reply", "names", "said"), NEAR, ids=[row(*r) for r in NEAR])
def test_the_two_numbers_of_a_counterexample_are_seen_to_differ(
    key: str, reply: str, names: str, said: str
) -> None:
    at, _, values = judge(key, reply, names).example.lower().partition("yours ")
    yours, _, truth = values.rstrip(".").partition(", the key ")
    assert yours.removeprefix("is ") != truth
    assert yours != "is smaller than the key by 0"
    assert all(len(word.strip(",")) <= 12 for word in at.split()), "short numbers"


@pytest.mark.parametrize(
    ("key", "reply", "names"),
    [
        ("log(x)", "log(x)", "x:::0"),  # the key is defined nowhere
        ("exp(exp(exp(x)))", "exp(exp(exp(x)))*1", "x::100:200"),  # nothing can compute it
        ("sqrt(x-1)", "sqrt(x-1)", "x:unit"),
    ],
)
def test_what_cannot_be_compared_is_undecided(key: str, reply: str, names: str) -> None:
    assert judge(key, reply, names).outcome == "undecided"


@pytest.mark.parametrize(
    "reply",
    ["exp(exp(exp(exp(x))))", "x^x^x^x^x^x", "9^9^9^9^x", "sin(exp(exp(x)))", "erfc(exp(x)^99)",
     "e^e^e^e^e^x", "((((x^99)^99)^99)^99)^99", "1/(1/(x^999))^999", "tan(10^300*x)",
     "max(" + ",".join(f"|x-{n}|" for n in range(40)) + ")",
     "+".join(f"|x-{n}|" for n in range(40)), "|" * 19 + "x" + "|" * 19],
)  # fmt: skip
def test_a_tower_costs_nothing(reply: str) -> None:
    from time import perf_counter

    start = perf_counter()
    assert judge("x", reply, "x").outcome != "right"
    assert perf_counter() - start < 3


HASHED = """\
import json, sys
sys.path[:0] = sys.argv[1:]
from test_answers_formula import NEAR, RIGHT, judge
print(json.dumps([judge(*r[:3]) for r in [*RIGHT[::3], *NEAR[::3]]]))
"""


def test_a_verdict_does_not_depend_on_the_hash_seed() -> None:
    found = []
    for seed in ("0", "4242"):
        environ = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", HASHED, str(Path(__file__).parent), str(Path.cwd())]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        found.append(json.loads(done.stdout))
    assert found[0] == found[1]
    assert {outcome for outcome, *_ in found[0]} == {"right", "wrong"}


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize(("low", "high"), [(None, None), (2.5, None), (None, 9.5), (2.5, 9.5)])
def test_points_keep_to_their_domain(domain: Domain, low: float | None, high: float | None) -> None:
    if domain == "unit":
        low, high = (low and 0.25), (high and 0.95)
    variable = Variable("x", domain, low, high)
    kinks = [grammar.parse(t, names=["x"]) for t in ("|x|", "|x-3|", "max(x, 0.5, 2.5, 9.5)")]
    for seed in range(5):
        found = points([variable], kinks, seed)
        assert len(found) >= LEAST
        assert all(variable.holds(point["x"]) for point in found)
        assert found == points([variable], kinks, seed)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_every_combination_of_signs_is_sampled(count: int) -> None:
    names = [f"x{n}" for n in range(count)]
    found = points([Variable(name) for name in names], (), 1)
    assert len({tuple(point[name] > 0 for name in names) for point in found}) == 2**count


@pytest.mark.parametrize(
    ("text", "kink"),
    [("|x-2|", 2), ("max(x, 3)", 3), ("relu(5-x)", 5), ("sign(x+40)", -40), ("min(1, x, 900)", 1),
     ("min(1, x, 900)", 900), ("max(0, 1 - 2*x)", 0.5), ("relu(exp(x)-7)", 1.9459)],
)  # fmt: skip
def test_both_sides_of_a_kink_are_sampled_closely(text: str, kink: float) -> None:
    values = [
        point["x"] for point in points([Variable("x")], [grammar.parse(text, names=["x"])], 1)
    ]
    reach = 2e-3 * max(1, abs(kink))
    assert any(kink < x < kink + reach for x in values)
    assert any(kink - reach < x < kink for x in values)


@pytest.mark.parametrize(
    ("given", "rules", "said"),
    [
        ("s*(1-s)", {}, ""),
        ("s*(1-s)", {"must_use": ("s",)}, ""),
        ("0.25", {"must_use": ("s",)}, "with s"),
        ("1-1/(1+exp(x))", {"must_use": ("sigmoid",)}, "with sigmoid"),
        ("σ(x)", {"must_use": ("sigmoid",)}, ""),
        ("exp(x)", {"must_not_use": ("exp", "x")}, "without exp and x"),
        ("3*s", {"no_numbers": True}, "without numbers"),
        ("2*s^2-1", {"no_numbers": True}, ""),
        ("s*(1 - s)", {"max_length": 7}, ""),
        ("s*(1 - s) + 0", {"max_length": 7}, "in 7 characters"),
    ],
)
def test_rules_of_form(given: str, rules: dict[str, Any], said: str) -> None:
    node = grammar.parse(given, names=["s", "x"])
    broken = formula.broken_rule(node, given, formula.Rules(**rules))
    assert broken.endswith(said) if said else broken == ""
