"""Golden cases of the losses that pick the true partner out of many."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case

VIEWS = {
    "z1": [[1.0, 0.0, 0.5], [0.0, 1.0, -1.0], [2.0, 1.0, 0.0]],
    "z2": [[1.0, 0.2, 0.3], [0.5, 1.0, -2.0], [1.0, 1.0, 1.0]],
}
QUEUE = {
    "query": [[1.0, 0.0, 0.5], [0.0, 2.0, -1.0]],
    "positive": [[1.0, 1.0, 0.0], [0.5, 1.0, -1.0]],
    "negatives": [[0.0, 1.0, 1.0], [-1.0, 0.5, 0.0], [0.3, 0.3, 0.3]],
}
PAIRS = {
    "image_features": [[1.0, 0.0, 0.2], [0.0, 1.0, 0.0], [1.0, 1.0, 3.0]],
    "text_features": [[1.0, 0.5, 0.0], [0.2, 1.0, -1.0], [0.0, 2.0, 1.0]],
}
FACES = {
    "embedding": [[1.0, 0.5], [0.0, 2.0], [-1.0, 0.3]],
    "weight": [[1.0, 0.0], [0.5, 1.0], [3.0, -1.0], [0.0, 0.5]],
    "target": [0, 1, 2],
}


def _nt_xent(z1, z2, temperature=0.5):
    """The definition, one anchor at a time."""
    z = F.normalize(torch.cat([z1, z2]))
    total = []
    for i in range(len(z)):
        others = [k for k in range(len(z)) if k != i]
        similarity = torch.stack([torch.dot(z[i], z[k]) for k in others]) / temperature
        partner = others.index((i + len(z1)) % len(z))
        total.append(torch.logsumexp(similarity, 0) - similarity[partner])
    return torch.stack(total).mean()


def _info_nce(query, positive, negatives, temperature=0.1):
    own = F.cosine_similarity(query, positive, eps=1e-12)[:, None]
    others = F.cosine_similarity(query[:, None], negatives[None], dim=2, eps=1e-12)
    logits = torch.cat([own, others], 1) / temperature
    return F.cross_entropy(logits, torch.zeros(len(query), dtype=torch.long))


def _clip(image_features, text_features, logit_scale):
    logits = logit_scale * F.normalize(image_features) @ F.normalize(text_features).T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


def _arcface(embedding, weight, target, s=64.0, m=0.5):
    cos = F.linear(F.normalize(embedding), F.normalize(weight))
    true = cos.gather(1, target[:, None])
    moved = torch.cos(torch.acos(true.clamp(-1 + 1e-7, 1 - 1e-7)) + m)
    return s * cos.scatter(1, target[:, None], moved)


CASES = [
    *(
        Case("nt_xent_loss", _nt_xent, {**VIEWS, "temperature": temperature}, ("z1", "z2"))
        for temperature in (0.5, 0.07, 10.0, 0.001)
    ),
    Case("nt_xent_loss", _nt_xent, {"z1": [[1.0, 2.0]], "z2": [[0.0, 1.0]]}, ("z1", "z2")),
    Case("nt_xent_loss", _nt_xent, {"z1": [[0.0, 0.0], [1.0, 0.0]], "z2": [[0.0, 1.0], [1.0, 1e-3]]}, ("z2",)),
    *(
        Case("info_nce_loss", _info_nce, {**QUEUE, "temperature": temperature}, ("query", "positive"))
        for temperature in (0.1, 1.0, 0.001)
    ),
    Case("info_nce_loss", _info_nce, QUEUE, ("query", "positive")),
    *(
        Case("clip_loss", _clip, {**PAIRS, "logit_scale": scale}, ("image_features", "text_features"))
        for scale in (1.0, 100.0, 1000.0)
    ),
    Case("clip_loss", _clip, {"image_features": [[3.0]], "text_features": [[2.0]], "logit_scale": 14.3}, ("image_features", "text_features")),
    *(
        Case("arcface_logits", _arcface, {**FACES, **options}, ("embedding", "weight"))
        for options in ({}, {"s": 1.0, "m": 0.0}, {"s": 30.0, "m": 1.2})
    ),
    # on the clamp: no gradient
    Case("arcface_logits", _arcface, {"embedding": [[2.0, 0.0], [-1.0, 0.0]], "weight": [[1.0, 0.0], [0.0, 1.0]], "target": [0, 0]}, ("embedding", "weight")),
]
