"""Calculators: the parameters of attention, of transformer layers and of whole transformers."""

from __future__ import annotations

from typing import Any

from dlcards.ops._op import Count, Flag, Paper, op

_VASWANI = Paper("Vaswani et al.", 2017, "Attention Is All You Need")


def _heads_fault(embed_dim: int, num_heads: int, **_: Any) -> str:
    return "" if embed_dim % num_heads == 0 else _indivisible("num_heads", num_heads, embed_dim)


@op(
    shapes="-> ()",
    formula=r"P = 4E^2 + 4E",
    paper=_VASWANI,
    example={"embed_dim": 512, "num_heads": 8},
    pitfall="The number of heads does not matter: they split E, they do not add to it.",
    fault=_heads_fault,
)
def multihead_attention_params(
    embed_dim: Count,
    num_heads: Count,
    *,
    bias: Flag = True,
    kdim: Count | None = None,
    vdim: Count | None = None,
) -> Any:
    """Four square projections, for query, key, value and output, each with its bias."""
    width = num_heads * (embed_dim // num_heads)  # all heads side by side: E again
    query = embed_dim * width  # W_Q
    key = (kdim or embed_dim) * width  # W_K: keys may be of another width
    value = (vdim or embed_dim) * width  # W_V: so may values
    output = width * embed_dim  # W_O mixes the heads
    biases = 4 * embed_dim * bias  # one vector for each of the four
    return query + key + value + output + biases


def _groups_fault(d_model: int, n_heads: int, n_kv_heads: int, head_dim: int | None) -> str:
    if n_heads % n_kv_heads:
        return f"n_kv_heads is {n_kv_heads} (it must divide n_heads, {n_heads})"
    return _indivisible("n_heads", n_heads, d_model) if not head_dim and d_model % n_heads else ""


@op(
    shapes="-> ()",
    formula=r"P = 2\, d\, n_h d_h + 2\, d\, n_{kv} d_h",
    paper=Paper(
        "Ainslie et al.", 2023,
        "GQA: Training Generalized Multi-Query Transformer Models From Multi-Head Checkpoints",
    ),
    example={"d_model": 4096, "n_heads": 32, "n_kv_heads": 8, "head_dim": 128},
    pitfall="Only keys and values shrink, so with 8 of 32 heads the attention has 5/8 of the "
    "weights; the saving that counts is the cache.",
    fault=_groups_fault,
)  # fmt: skip
def gqa_attention_params(
    d_model: Count, n_heads: Count, n_kv_heads: Count, head_dim: Count | None = None
) -> Any:
    """Groups of query heads share one key and one value head; no biases."""
    width = head_dim or d_model // n_heads  # of one head
    query = d_model * n_heads * width  # W_Q
    key = d_model * n_kv_heads * width  # W_K: fewer heads
    value = d_model * n_kv_heads * width  # W_V: as many as keys
    output = n_heads * width * d_model  # W_O
    return query + key + value + output


@op(
    shapes="-> ()",
    formula=r"P = 4d^2 + 4d + 2 d\, d_{ff} + d_{ff} + d + 4d",
    paper=_VASWANI,
    example={"d_model": 512, "dim_feedforward": 2048},
    pitfall="With d_ff = 4d it is 12d² + 13d: two thirds are the feed-forward part, not attention.",
)
def transformer_encoder_layer_params(d_model: Count, dim_feedforward: Count) -> Any:
    """Attention 4d², feed-forward 8d² at the usual width, and two LayerNorms: 12d² to remember."""
    attention = 4 * (d_model**2 + d_model)  # Q, K, V, O with biases
    up = d_model * dim_feedforward + dim_feedforward  # first feed-forward matrix and bias
    down = dim_feedforward * d_model + d_model  # second
    norms = 2 * (2 * d_model)  # a scale and a shift, twice
    return attention + up + down + norms


@op(
    shapes="-> ()",
    formula=r"P = 8d^2 + 8d + 2 d\, d_{ff} + d_{ff} + d + 6d",
    paper=_VASWANI,
    example={"d_model": 512, "dim_feedforward": 2048},
    pitfall="It has a second attention, across to the encoder, and with it a third LayerNorm; a "
    "decoder-only model has neither.",
)
def transformer_decoder_layer_params(d_model: Count, dim_feedforward: Count) -> Any:
    """An encoder layer with a second attention and its norm: 16d² at the usual width."""
    attention = 2 * 4 * (d_model**2 + d_model)  # to itself and across to the encoder
    up = d_model * dim_feedforward + dim_feedforward  # first feed-forward matrix and bias
    down = dim_feedforward * d_model + d_model  # second
    norms = 3 * (2 * d_model)  # a scale and a shift, three times
    return attention + up + down + norms


@op(
    shapes="-> ()",
    formula=r"P = (V + n)d + L(12d^2 + 13d) + 2d",
    paper=Paper(
        "Radford, Wu, Child, Luan, Amodei and Sutskever", 2019,
        "Language Models Are Unsupervised Multitask Learners",
    ),
    example={"vocab_size": 50257, "n_positions": 1024, "d_model": 768, "n_layers": 12},
    pitfall="The output layer is the embedding, tied: counted again it would add 38.6 M to 124.4 M.",
)  # fmt: skip
def gpt2_params(vocab_size: Count, n_positions: Count, d_model: Count, n_layers: Count) -> Any:
    """Token and position tables, blocks of 12d² + 13d, one last LayerNorm."""
    embeddings = (vocab_size + n_positions) * d_model  # tokens, and learned positions
    attention = 4 * (d_model**2 + d_model)  # Q, K, V, O with biases
    feed_forward = 8 * d_model**2 + 5 * d_model  # d → 4d → d with biases
    block = attention + feed_forward + 4 * d_model  # and two LayerNorms
    return embeddings + n_layers * block + 2 * d_model


def _llama_fault(d_model: int, n_heads: int, n_kv_heads: int, **_: Any) -> str:
    return _groups_fault(d_model, n_heads, n_kv_heads, None)


@op(
    shapes="-> ()",
    formula=r"P = 2Vd + L\left(2d^2 + 2d\, n_{kv} d_h + 3 d\, d_{ff} + 2d\right) + d",
    paper=Paper("Touvron et al.", 2023, "LLaMA: Open and Efficient Foundation Language Models"),
    example={
        "vocab_size": 32000, "d_model": 4096, "n_layers": 32, "n_heads": 32, "n_kv_heads": 32,
        "d_ff": 11008,
    },
    pitfall="The feed-forward part is gated and has three matrices; there are no biases, RMSNorm "
    "has a scale only, and the output layer is a second V·d unless tied.",
    fault=_llama_fault,
)  # fmt: skip
def llama_params(
    vocab_size: Count,
    d_model: Count,
    n_layers: Count,
    n_heads: Count,
    n_kv_heads: Count,
    d_ff: Count,
    *,
    tied: Flag = False,
) -> Any:
    """Embedding and output, and layers of grouped attention, three feed-forward matrices and two
    RMSNorms."""
    tables = vocab_size * d_model * (1 if tied else 2)  # embedding, and output unless tied
    head = d_model // n_heads  # width of one head
    attention = 2 * d_model**2 + 2 * d_model * n_kv_heads * head  # Q and O, K and V
    feed_forward = 3 * d_model * d_ff  # gate, up, down
    layer = attention + feed_forward + 2 * d_model  # and two RMSNorms
    return tables + n_layers * layer + d_model


@op(
    shapes="-> ()",
    formula=r"P = (V + n + t)d + 2d + L\left(4d^2 + 2d\, d_{ff} + 9d + d_{ff}\right) + d^2 + d",
    paper=Paper(
        "Devlin, Chang, Lee and Toutanova", 2019,
        "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    ),
    example={
        "vocab_size": 30522, "n_positions": 512, "type_vocab": 2, "d_model": 768, "n_layers": 12,
        "d_ff": 3072,
    },
    pitfall="It counts the encoder with its pooler; the head of masked-word pre-training is extra.",
)  # fmt: skip
def bert_params(
    vocab_size: Count,
    n_positions: Count,
    type_vocab: Count,
    d_model: Count,
    n_layers: Count,
    d_ff: Count,
    *,
    pooler: Flag = True,
) -> Any:
    """Three embedding tables with a LayerNorm, encoder layers, and a pooler on the first token."""
    tables = (vocab_size + n_positions + type_vocab) * d_model  # tokens, positions, segments
    embeddings = tables + 2 * d_model  # and a LayerNorm
    layer = transformer_encoder_layer_params.function(d_model, d_ff)  # post-norm, with biases
    pool = (d_model**2 + d_model) * pooler  # dense layer on the first token
    return embeddings + n_layers * layer + pool


def _patch_fault(image_size: int, patch_size: int, **_: Any) -> str:
    return (
        "" if image_size % patch_size == 0 else _indivisible("patch_size", patch_size, image_size)
    )


@op(
    shapes="-> ()",
    formula=r"P = (3p^2 + 1)d + (n + 2)d + L\left(4d^2 + 2d\, d_{ff} + 9d + d_{ff}\right)"
    r" + 2d + (d + 1)C",
    paper=Paper(
        "Dosovitskiy et al.", 2021,
        "An Image Is Worth 16x16 Words: Transformers for Image Recognition at Scale",
    ),
    example={
        "image_size": 224, "patch_size": 16, "d_model": 768, "n_layers": 12, "d_ff": 3072,
        "num_classes": 1000,
    },
    pitfall="The class token is one more position: 197 for 196 patches. A larger image only adds "
    "positions.",
    fault=_patch_fault,
)  # fmt: skip
def vit_params(
    image_size: Count,
    patch_size: Count,
    d_model: Count,
    n_layers: Count,
    d_ff: Count,
    num_classes: Count,
    *,
    in_channels: Count = 3,
) -> Any:
    """A linear map of each patch, a class token, a position for each, encoder layers, a LayerNorm
    and a linear classifier.

    n is the number of patches, the image's side over the patch's, squared.
    """
    patches = (image_size // patch_size) ** 2  # tokens that are patches
    patch = (in_channels * patch_size**2 + 1) * d_model  # a convolution with stride = kernel
    tokens = d_model + (patches + 1) * d_model  # class token, and positions
    layer = transformer_encoder_layer_params.function(d_model, d_ff)  # pre-norm: the same count
    head = 2 * d_model + (d_model + 1) * num_classes  # LayerNorm and classifier
    return patch + tokens + n_layers * layer + head


def _indivisible(name: str, value: int, whole: int) -> str:
    return f"{name} is {value} (it must divide {whole})"
