"""Golden cases of the parameters of transformers: built of PyTorch's modules and counted."""

from __future__ import annotations

import torch
from case import Case
from torch import nn

META = {"device": "meta"}


def _parameters(module):
    return sum(p.numel() for p in module.parameters())


def _attention(**args):
    return _parameters(nn.MultiheadAttention(**args, **META))


def _grouped(d_model, n_heads, n_kv_heads, head_dim=None):
    return _parameters(_GroupedAttention(d_model, n_heads, n_kv_heads, head_dim))


class _GroupedAttention(nn.Module):
    def __init__(self, d, heads, kv_heads, width=None):
        super().__init__()
        width, free = width or d // heads, {"bias": False, **META}
        self.q = nn.Linear(d, heads * width, **free)
        self.k = nn.Linear(d, kv_heads * width, **free)
        self.v = nn.Linear(d, kv_heads * width, **free)
        self.o = nn.Linear(heads * width, d, **free)


def _encoder_layer(d_model, dim_feedforward):
    return _parameters(nn.TransformerEncoderLayer(d_model, 1, dim_feedforward, **META))


def _decoder_layer(d_model, dim_feedforward):
    return _parameters(nn.TransformerDecoderLayer(d_model, 1, dim_feedforward, **META))


def _blocks(d, d_ff, layers, norm=None):
    layer = nn.TransformerEncoderLayer(d, 1, d_ff, **META)
    return nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)


def _gpt2(vocab_size, n_positions, d_model, n_layers):
    class GPT2(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = nn.Embedding(vocab_size, d_model, **META)
            self.positions = nn.Embedding(n_positions, d_model, **META)
            self.blocks = _blocks(d_model, 4 * d_model, n_layers, nn.LayerNorm(d_model, **META))
            self.head = nn.Linear(d_model, vocab_size, bias=False, **META)
            self.head.weight = self.tokens.weight

    return _parameters(GPT2())


def _llama(vocab_size, d_model, n_layers, n_heads, n_kv_heads, d_ff, tied=False):
    def layer():
        return nn.ModuleList([
            nn.RMSNorm(d_model, **META), _GroupedAttention(d_model, n_heads, n_kv_heads),
            nn.RMSNorm(d_model, **META), nn.Linear(d_model, d_ff, bias=False, **META),
            nn.Linear(d_model, d_ff, bias=False, **META), nn.Linear(d_ff, d_model, bias=False, **META),
        ])  # fmt: skip

    tokens = nn.Embedding(vocab_size, d_model, **META)
    head = nn.Linear(d_model, vocab_size, bias=False, **META)
    if tied:
        head.weight = tokens.weight
    layers = [layer() for _ in range(n_layers)]
    return _parameters(nn.ModuleList([tokens, *layers, nn.RMSNorm(d_model, **META), head]))


def _bert(vocab_size, n_positions, type_vocab, d_model, n_layers, d_ff, pooler=True):
    tables = [nn.Embedding(n, d_model, **META) for n in (vocab_size, n_positions, type_vocab)]
    pool = [nn.Linear(d_model, d_model, **META)] if pooler else []
    encoder = _blocks(d_model, d_ff, n_layers)
    return _parameters(nn.ModuleList([*tables, nn.LayerNorm(d_model, **META), encoder, *pool]))


def _vit(image_size, patch_size, d_model, n_layers, d_ff, num_classes, in_channels=3):
    patch = nn.Conv2d(in_channels, d_model, patch_size, patch_size, **META)
    patches = patch(torch.empty(1, in_channels, image_size, image_size, **META)).flatten(2).shape[2]
    learned = nn.ParameterList([torch.empty(d_model, **META), torch.empty(patches + 1, d_model, **META)])
    encoder = _blocks(d_model, d_ff, n_layers, nn.LayerNorm(d_model, **META))
    return _parameters(nn.ModuleList([patch, learned, encoder, nn.Linear(d_model, num_classes, **META)]))


def _args(names, *rows):
    return [dict(zip(names.split(), row, strict=False)) for row in rows]


CASES = [
    *(
        Case("multihead_attention_params", _attention, args)
        for args in (
            *_args("embed_dim num_heads bias", (512, 8), (512, 1), (64, 4, False)),
            {"embed_dim": 64, "num_heads": 4, "kdim": 32, "vdim": 16},
            {"embed_dim": 64, "num_heads": 4, "kdim": 10},
        )
    ),
    *(
        Case("gqa_attention_params", _grouped, args)
        for args in _args(
            "d_model n_heads n_kv_heads head_dim", (4096, 32, 8, 128), (64, 4, 1, 16), (64, 4, 4, 24), (64, 4, 2)
        )
    ),
    *(
        Case(name, reference, args)
        for name, reference in (
            ("transformer_encoder_layer_params", _encoder_layer),
            ("transformer_decoder_layer_params", _decoder_layer),
        )
        for args in _args("d_model dim_feedforward", (512, 2048), (768, 3072), (8, 3))
    ),
    *(
        Case("gpt2_params", _gpt2, args)
        for args in _args(
            "vocab_size n_positions d_model n_layers",
            (50257, 1024, 768, 12), (50257, 1024, 1600, 48), (10, 5, 4, 1),
        )
    ),
    *(
        Case("llama_params", _llama, args)
        for args in _args(
            "vocab_size d_model n_layers n_heads n_kv_heads d_ff tied",
            (32000, 4096, 32, 32, 32, 11008), (128256, 4096, 32, 32, 8, 14336),
            (32000, 8192, 80, 64, 8, 28672), (100, 16, 2, 4, 2, 24, True),
        )
    ),
    *(
        Case("bert_params", _bert, args)
        for args in _args(
            "vocab_size n_positions type_vocab d_model n_layers d_ff pooler",
            (30522, 512, 2, 768, 12, 3072), (30522, 512, 2, 1024, 24, 4096), (30, 8, 1, 4, 2, 6, False),
        )
    ),
    *(
        Case("vit_params", _vit, args)
        for args in _args(
            "image_size patch_size d_model n_layers d_ff num_classes in_channels",
            (224, 16, 768, 12, 3072, 1000), (224, 16, 1024, 24, 4096, 1000), (8, 4, 6, 1, 10, 3, 1),
        )
    ),
]  # fmt: skip
