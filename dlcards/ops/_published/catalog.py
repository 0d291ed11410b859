"""Published networks by the name that torchvision gives them, where it has them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dlcards.ops._published import branched, mobile, patches, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dlcards.ops._published.rows import Row, Rows

NETWORKS: Mapping[str, Callable[[], Rows]] = {
    "lenet5": plain.lenet5,
    "alexnet": plain.alexnet,
    "vgg11": partial(plain.vgg, 1, 1, 2, 2, 2),
    "vgg13": partial(plain.vgg, 2, 2, 2, 2, 2),
    "vgg16": partial(plain.vgg, 2, 2, 3, 3, 3),
    "vgg19": partial(plain.vgg, 2, 2, 4, 4, 4),
    "squeezenet1_0": plain.squeezenet,
    "unet": plain.unet,
    "googlenet": branched.googlenet,
    "inception_v3": branched.inception_v3,
    "resnet18": partial(branched.basic_resnet, 2, 2, 2, 2),
    "resnet34": partial(branched.basic_resnet, 3, 4, 6, 3),
    "resnet50": partial(branched.bottleneck_resnet, 3, 4, 6, 3),
    "resnet101": partial(branched.bottleneck_resnet, 3, 4, 23, 3),
    "resnet152": partial(branched.bottleneck_resnet, 3, 8, 36, 3),
    "resnext50_32x4d": partial(branched.bottleneck_resnet, 3, 4, 6, 3, groups=32, group_width=4),
    "densenet121": partial(branched.densenet, 6, 12, 24, 16),
    "mobilenet_v1": mobile.mobilenet_v1,
    "mobilenet_v2": mobile.mobilenet_v2,
    "mobilenet_v3_large": partial(mobile.mobilenet_v3, mobile.MOBILENET_V3_LARGE, 1280),
    "mobilenet_v3_small": partial(mobile.mobilenet_v3, mobile.MOBILENET_V3_SMALL, 1024),
    "efficientnet_b0": partial(mobile.efficientnet, 1.0, 1.0),
    "efficientnet_b7": partial(mobile.efficientnet, 2.0, 3.1),
    "convnext_tiny": partial(patches.convnext, (3, 3, 9, 3), (96, 192, 384, 768)),
    "swin_t": partial(patches.swin, 96, (2, 2, 6, 2), (3, 6, 12, 24)),
    "vit_b_16": partial(patches.vit, 768, 12),
    "vit_l_16": partial(patches.vit, 1024, 24),
}


def layer_table(name: str) -> tuple[Row, ...]:
    """Return the layers with parameters, from input to output."""
    return tuple(NETWORKS[name]())
