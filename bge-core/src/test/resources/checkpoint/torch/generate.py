"""Writes the state dicts of this folder: python generate.py"""

from collections import OrderedDict

import torch

torch.manual_seed(7)
plain = torch.randn(6, 4)
line = torch.arange(40, dtype=torch.float32)

tensors = OrderedDict()
tensors["plain"] = plain
tensors["bf16"] = plain.bfloat16()
tensors["half"] = plain.half()
tensors["double"] = plain.double()
tensors["transposed"] = plain.t()
tensors["shared.a"] = line[3:15].view(3, 4)
tensors["shared.b"] = line[10:40:3]
tensors["scalar"] = torch.tensor(2.5)
tensors["param"] = torch.nn.Parameter(torch.randn(2, 3))
tensors["ids"] = torch.arange(10).view(1, -1)
tensors["empty"] = torch.zeros(0, 4)
tensors["bool"] = torch.tensor([True, False])
tensors["uint8"] = torch.tensor([1, 2], dtype=torch.uint8)
torch.save(tensors, "protocol2.pt", pickle_protocol=2)
torch.save(tensors, "protocol4.pt", pickle_protocol=4)

# Older container, a whole layer, a state dict among other values.
torch.save(tensors, "legacy.pt", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(3, 2), "module.pt")
torch.save({"state_dict": tensors, "big": 1 << 70, "set": {1, 2}}, "nested.pt")

# Refused: attributes of a parameter, repeated elements.
parameter = torch.nn.Parameter(torch.randn(2))
parameter.note = 3
torch.save({"p": parameter}, "parameter-with-state.pt")
torch.save({"expanded": torch.tensor([1.0, 2.0, 3.0]).expand(4, 3)}, "expanded.pt")
