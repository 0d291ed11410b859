"""How far one distribution is from another, in nats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlcards.ops._op import Array, Flag, Paper, Positives, Probabilities, op
from dlcards.ops._reduction import mean, reduce, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"\mathrm{KL}(p \,\|\, q) = \sum_i p_i (\log p_i - \log q_i), \quad "
    r"\text{input} = \log q, \ \text{target} = p",
    expr="target*(log(target) - input)",
    paper=Paper("Kullback and Leibler", 1951, "On Information and Sufficiency"),
    example={
        "input": [[-0.5, -1.5, -1.7], [-1.0, -1.0, -1.3]],
        "target": [[0.7, 0.2, 0.1], [0.2, 0.5, 0.3]],
        "reduction": "batchmean",
    },
    pitfall="The input is log q and the target p, the reverse of KL(p‖q) as written; 'mean' "
    "divides by all elements and is not the divergence, 'batchmean' is.",
)
def kl_div(
    input: Array,
    target: Array,
    *,
    reduction: Literal["mean", "sum", "none", "batchmean"] = "mean",
    log_target: Flag = False,
) -> Any:
    """The nats wasted by coding samples of p with a code made for q: zero only if they are equal,
    and not symmetric."""
    p = np.exp(target) if log_target else target  # target as probabilities
    log_p = target if log_target else np.log(np.where(p == 0, 1, p))  # 0 log 0 = 0
    each = np.where(p == 0, 0, p * (log_p - input))  # p (log p − log q)
    if reduction == "batchmean":
        return np.sum(each) / _rows(input)
    return reduce(each, reduction)


@kl_div.gradient
def kl_div_grad(
    grad_output: Array, input: Array, target: Array, *, reduction: str, log_target: bool
) -> dict[str, Any]:
    if reduction == "batchmean":
        grad_output = grad_output / _rows(input)  # shared out over the rows
    share = spread(grad_output, input, reduction)  # what reaches each element
    p = np.exp(target) if log_target else target  # target as probabilities
    log_p = target if log_target else np.log(target)  # and their logarithms
    slope = p * (log_p - input + 1) if log_target else log_p - input + 1  # by the target
    return {"input": -share * p, "target": share * slope}


@op(
    shapes="p(N,K), q(N,K) -> ()",
    formula=r"\mathrm{JS}(p, q) = \frac{1}{2} \mathrm{KL}(p \,\|\, m) + "
    r"\frac{1}{2} \mathrm{KL}(q \,\|\, m), \quad m = \frac{p + q}{2}",
    paper=Paper("Lin", 1991, "Divergence Measures Based on the Shannon Entropy"),
    example={"p": [[0.5, 0.5, 0.0]], "q": [[0.0, 0.5, 0.5]]},
    pitfall="It is at most log 2, so for disjoint supports it is flat and gives no gradient; its "
    "square root is the metric.",
)
def js_divergence(p: Probabilities, q: Probabilities) -> Any:
    """KL made symmetric and finite: the mean divergence of both from their average."""
    m = (p + q) / 2  # the average of both
    kl_p = np.where(p == 0, 0, p * np.log(p / m))  # p log(p/m); 0 log 0 = 0
    kl_q = np.where(q == 0, 0, q * np.log(q / m))  # q log(q/m)
    each = np.sum(kl_p + kl_q, axis=1) / 2  # divergence of each row
    return mean(each)


@op(
    shapes="mu1(*), sigma1(*), mu2(*), sigma2(*) -> (*)",
    formula=r"\mathrm{KL} = \log\frac{\sigma_2}{\sigma_1} + "
    r"\frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2 \sigma_2^2} - \frac{1}{2}",
    expr="log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 1/2",
    example={"mu1": [0.0, 1.0], "sigma1": [1.0, 0.5], "mu2": [0.0, 0.0], "sigma2": [2.0, 1.0]},
    pitfall="σ is the standard deviation, not the variance.",
)
def kl_divergence_normal(mu1: Array, sigma1: Positives, mu2: Array, sigma2: Positives) -> Any:
    """KL from one normal distribution to another, in closed form: the log-ratio of the widths,
    plus the spread and the offset of the first as the second sees them."""
    ratio = sigma1 / sigma2  # width of the first in units of the second
    offset = (mu1 - mu2) / sigma2  # distance of the means in the same units
    return 0.5 * (ratio**2 + offset**2 - 1) - np.log(ratio)


@kl_divergence_normal.gradient
def kl_divergence_normal_grad(
    grad_output: Array, mu1: Array, sigma1: Array, mu2: Array, sigma2: Array
) -> dict[str, Any]:
    ratio = sigma1 / sigma2  # width of the first in units of the second
    offset = (mu1 - mu2) / sigma2  # distance of the means in the same units
    grad_mu = grad_output * offset / sigma2  # pulls the means together
    grad_sigma1 = grad_output * (ratio / sigma2 - 1 / sigma1)  # 0 where the widths agree
    grad_sigma2 = grad_output * (1 - ratio**2 - offset**2) / sigma2  # widens to cover the first
    return {"mu1": grad_mu, "sigma1": grad_sigma1, "mu2": -grad_mu, "sigma2": grad_sigma2}


def _covariance_fault(cov1: Any, cov2: Any, **_: Any) -> str:
    for name, cov in (("cov1", cov1), ("cov2", cov2)):
        if not np.array_equal(cov, cov.T) or np.any(np.linalg.eigvalsh(cov) <= 0):
            return f"{name} is no covariance (it takes a symmetric positive definite matrix)"
    return ""


@op(
    shapes="mu1(d), cov1(d,d), mu2(d), cov2(d,d) -> ()",
    formula=r"\mathrm{KL} = \frac{1}{2} \left[ \mathrm{tr}(\Sigma_2^{-1} \Sigma_1) + "
    r"(\mu_2 - \mu_1)^\top \Sigma_2^{-1} (\mu_2 - \mu_1) - d + "
    r"\log\frac{\det \Sigma_2}{\det \Sigma_1} \right]",
    example={
        "mu1": [0.0, 1.0],
        "cov1": [[1.0, 0.0], [0.0, 1.0]],
        "mu2": [0.0, 0.0],
        "cov2": [[2.0, 0.5], [0.5, 1.0]],
    },
    pitfall="In many dimensions the determinant under- or overflows long before its logarithm: "
    "slogdet, never log of det, and solve, never an inverse.",
    fault=_covariance_fault,
)
def kl_divergence_mvn(mu1: Array, cov1: Array, mu2: Array, cov2: Array) -> Any:
    """KL between multivariate normals: a trace for the shapes, a Mahalanobis distance for the
    means, a log-ratio for the volumes."""
    offset = mu2 - mu1  # between the means
    trace = np.trace(np.linalg.solve(cov2, cov1))  # tr Σ₂⁻¹ Σ₁
    distance = offset @ np.linalg.solve(cov2, offset)  # squared Mahalanobis distance
    volumes = np.linalg.slogdet(cov2)[1] - np.linalg.slogdet(cov1)[1]  # log det Σ₂ / det Σ₁
    return 0.5 * (trace + distance - len(mu1) + volumes)


def _rows(input: NDArray[np.float64]) -> int:
    """Return the size of the batch: of the first axis."""
    return len(input) if input.ndim else 1
