"""Writes the files of this folder as trainers leave them: python trainers.py

Needs ../tiny-bert. PyTorch 2.15.0, safetensors 0.8.0.
"""

from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import load_file

# A whole layer takes the source of its class along, and the path where that lay.
torch.serialization.get_source_lines_and_file = lambda *_: (["pass\n"], 1, "linear.py")
torch.manual_seed(11)

# Whole layers, not their state dicts. Shapes are [2, 3] and [2].
layer = torch.nn.Linear(3, 2)
torch.save(layer, "linear-protocol2.pt", pickle_protocol=2)
torch.save(layer, "linear-protocol5.pt", pickle_protocol=5)
torch.save(layer, "linear-legacy.pt", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(3, 2, bias=False), "linear-no-bias.pt")
torch.save({"state_dict": layer}, "linear-nested.pt")

# The attributes that a layer had in PyTorch 1.0: ordered dicts, fewer of them.
old = torch.nn.Linear(3, 2)
parameters = OrderedDict(old._parameters)
empty = ["_buffers", "_backward_hooks", "_forward_hooks", "_forward_pre_hooks", "_modules"]
old.__dict__ = {"in_features": 3, "out_features": 2, "_parameters": parameters}
old.__dict__.update({name: OrderedDict() for name in empty}, training=False)
torch.save(old, "linear-old.pt", _use_new_zipfile_serialization=False)

# What a trainer keeps beside the weights; and weights in two places.
state = OrderedDict(layer.state_dict())
beside = {"epoch": 3, "seed": 1 << 70, "done": {1, 2}, "best": 0.5, "rng": torch.get_rng_state()[:8]}
torch.save({"model": {"state_dict": state, **beside}, **beside}, "nested-twice.pt")
torch.save({"state_dict": state, "model": state}, "nested-both.pt")

# A classifier on an encoder in a wrapper in DataParallel, with its optimizer, in one file of
# PyTorch before 1.6.
bert = load_file("../tiny-bert/model.safetensors")
names = {}
for name, weight in bert.items():
    prefix = "module.model." if name.startswith("classifier") else "module.model.bert."
    names[prefix + name.removeprefix("bert.")] = weight
names["module.model.classifier.weight"] = torch.randn(1, 8)
names["module.model.classifier.bias"] = torch.randn(1)
parameter = torch.nn.Parameter(torch.ones(2))
optimizer = torch.optim.AdamW([parameter])
parameter.sum().backward()
optimizer.step()
torch.save(
    {"model_state_dict": names, "optimizer": optimizer.state_dict(), "epoch": 3},
    "trained.bin",
    _use_new_zipfile_serialization=False,
)
