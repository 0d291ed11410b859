"""Sizes of published networks against the numbers printed elsewhere, and layers that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from dlcards import ops
from dlcards.ops._op import OpError
from dlcards.ops._published.catalog import NETWORKS, layer_table

OP = ops.registry()

# As torchvision 0.28 counts its models; LeNet-5, MobileNet-v1 and U-Net it does not have.
PUBLISHED = {
    "lenet5": 61_706, "alexnet": 61_100_840, "vgg11": 132_863_336, "vgg13": 133_047_848,
    "vgg16": 138_357_544, "vgg19": 143_667_240, "squeezenet1_0": 1_248_424, "unet": 31_030_658,
    "googlenet": 6_624_904, "inception_v3": 23_834_568, "resnet18": 11_689_512,
    "resnet34": 21_797_672, "resnet50": 25_557_032, "resnet101": 44_549_160,
    "resnet152": 60_192_808, "resnext50_32x4d": 25_028_904, "densenet121": 7_978_856,
    "mobilenet_v1": 4_231_976, "mobilenet_v2": 3_504_872, "mobilenet_v3_large": 5_483_032,
    "mobilenet_v3_small": 2_542_856, "efficientnet_b0": 5_288_548, "efficientnet_b7": 66_347_960,
    "convnext_tiny": 28_589_128, "swin_t": 28_288_354, "vit_b_16": 86_567_656,
    "vit_l_16": 304_326_632,
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_layer_table_adds_up_to_the_published_count(name: str) -> None:
    assert OP["model_params"](name) == PUBLISHED[name]


def test_every_published_count_has_its_table() -> None:
    assert set(PUBLISHED) == set(NETWORKS)


@pytest.mark.parametrize(
    ("name", "args", "count"),
    [
        ("gpt2_params", (50257, 1024, 768, 12), 124_439_808),
        ("gpt2_params", (50257, 1024, 1024, 24), 354_823_168),
        ("gpt2_params", (50257, 1024, 1280, 36), 774_030_080),
        ("gpt2_params", (50257, 1024, 1600, 48), 1_557_611_200),
        ("llama_params", (32000, 4096, 32, 32, 32, 11008), 6_738_415_616),
        ("llama_params", (32000, 8192, 80, 64, 8, 28672), 68_976_648_192),
        ("llama_params", (128256, 4096, 32, 32, 8, 14336), 8_030_261_248),
        ("bert_params", (30522, 512, 2, 768, 12, 3072), 109_482_240),
        ("bert_params", (30522, 512, 2, 1024, 24, 4096), 335_141_888),
        ("vit_params", (224, 16, 768, 12, 3072, 1000), PUBLISHED["vit_b_16"]),
        ("lstm_params", (10, 20), 2_560),
        ("lstm_params_single_bias", (10, 20), 2_480),
        ("gru_params", (10, 20), 1_920),
        ("gru_params_single_bias", (10, 20), 1_860),
        ("rnn_params", (10, 20), 640),
        ("kv_cache_bytes", (32, 32, 128, 1), 524_288),
        ("training_flops_6nd", (70 * 10**9, 14 * 10**11), 588 * 10**21),
        ("adam_training_bytes", (7 * 10**9,), 112 * 10**9),
    ],
)
def test_count_that_is_well_known(name: str, args: tuple[int, ...], count: int) -> None:
    assert OP[name](*args) == count


@pytest.mark.parametrize("d", [8, 512, 768])
def test_layers_at_four_times_the_width(d: int) -> None:
    assert OP["transformer_encoder_layer_params"](d, 4 * d) == 12 * d**2 + 13 * d
    assert OP["transformer_decoder_layer_params"](d, 4 * d) == 16 * d**2 + 19 * d
    assert OP["transformer_layer_macs"](2 * d, d, 4 * d) == 12 * 2 * d * d**2 + 8 * d**3
    assert OP["attention_macs"](2 * d, d, 1) == OP["attention_macs"](2 * d, d, d)


def test_rows_of_a_table_are_its_layers() -> None:
    rows = layer_table("vgg16")
    first_linear = max(rows, key=lambda row: row.params)
    assert len(rows) == 16
    assert first_linear.params == 102_764_544


CONV = {"type": "conv2d", "out_channels": 6, "kernel_size": 3}
LINEAR = {"type": "linear", "out_features": 5}
MISFITS: dict[str, tuple[list[Any], str]] = {
    "unknown type": ([{"type": "lstm"}], r"layers is .* \(it takes rows like"),
    "no type": ([{"out_features": 5}], r"layers is .* \(it takes rows like"),
    "no kernel": ([{"type": "conv2d", "out_channels": 6}], r"layers is .* \(it takes rows like"),
    "unknown option": ([{**LINEAR, "activation": "relu"}], r"layers is .* \(it takes rows like"),
    "fraction of a feature": ([{**LINEAR, "out_features": 2.5}], r"layers is .* \(it takes rows like"),
    "kernel too large": ([{**CONV, "kernel_size": 9}], "layer 1, conv: .* kernel_size is larger"),
    "too many axes": ([{**CONV, "kernel_size": [3, 3, 3]}], "layer 1, conv: .* has 3 numbers"),
    "groups": ([{**CONV, "groups": 4}], "layer 1, conv: .* groups is 4"),
    "other channels": ([CONV, {**CONV, "in_channels": 3}], "layer 2, conv: in_channels is 3 .* 6"),
    "flat image": ([{"type": "flatten"}, CONV], r"layer 2, conv: its input has shape \(128,\)"),
    "flatten order": (
        [CONV, {"type": "flatten"}, {**LINEAR, "in_features": 216}, {**LINEAR, "in_features": 6}],
        r"layer 4, linear: in_features is 6 \(it gets 5\)",
    ),
    "pooled to nothing": ([{"type": "maxpool2d", "kernel_size": 9}], "layer 1, maxpool: .* larger"),
    "sizes of no axis": (
        [{"type": "AdaptiveAvgPool2d", "output_size": [1, 2, 3]}], "layer 1, .* has 3 numbers"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "sentence"), MISFITS.values(), ids=MISFITS)
def test_layers_that_do_not_fit_are_refused(layers: list[Any], sentence: str) -> None:
    with pytest.raises(OpError, match=f"^network_summary: {sentence}"):
        OP["network_summary"]([2, 8, 8], layers)


@pytest.mark.parametrize("type", ["conv2d", "Conv2d", "conv", "conv_2d"])
def test_a_type_may_be_written_as_pytorch_does(type: str) -> None:
    assert OP["network_summary"]([2, 8, 8], [{**CONV, "type": type}])["shapes"] == [(6, 6, 6)]


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        ("model_params", {"name": "resnet49"}, "name is 'resnet49'"),
        ("lstm_params", {"proj_size": 20}, "proj_size is 20"),
        ("multihead_attention_params", {"num_heads": 7}, "num_heads is 7"),
        ("gqa_attention_params", {"n_kv_heads": 5}, "n_kv_heads is 5"),
        ("gqa_attention_params", {"d_model": 100, "head_dim": None}, "n_heads is 32"),
        ("llama_params", {"n_kv_heads": 3}, "n_kv_heads is 3"),
        ("vit_params", {"patch_size": 15}, "patch_size is 15"),
        ("attention_macs", {"n_heads": 5}, "n_heads is 5"),
    ],
)
def test_sizes_that_do_not_go_together_are_refused(
    name: str, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(OpError, match=f"^{name}: {sentence}"):
        OP[name](**{**OP[name].example, **wrong})
