"""Writes one tiny BERT encoder in every format of this folder: python generate.py"""

import json

import onnx
import torch
from safetensors.torch import save_file
from torch import nn

HIDDEN, LAYERS, HEADS, WIDE, WORDS, POSITIONS, TYPES = 8, 2, 2, 12, 20, 10, 2


class SelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, x):
        shape = x.shape[:2] + (HEADS, HIDDEN // HEADS)
        q, k, v = (f(x).view(shape).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = torch.softmax(q @ k.transpose(2, 3) / (HIDDEN // HEADS) ** 0.5, -1)
        return (scores @ v).transpose(1, 2).reshape(x.shape)


class Output(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dense = nn.Linear(width, HIDDEN)
        self.LayerNorm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x, residual):
        return self.LayerNorm(self.dense(x) + residual)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.self = SelfAttention()
        self.output = Output(HIDDEN)

    def forward(self, x):
        return self.output(self.self(x), x)


class Intermediate(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(HIDDEN, WIDE)

    def forward(self, x):
        return nn.functional.gelu(self.dense(x))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.intermediate = Intermediate()
        self.output = Output(WIDE)

    def forward(self, x):
        attended = self.attention(x)
        return self.output(self.intermediate(attended), attended)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.ModuleList([Layer() for _ in range(LAYERS)])

    def forward(self, x):
        for layer in self.layer:
            x = layer(x)
        return x


class Embeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.word_embeddings = nn.Embedding(WORDS, HIDDEN)
        self.position_embeddings = nn.Embedding(POSITIONS, HIDDEN)
        self.token_type_embeddings = nn.Embedding(TYPES, HIDDEN)
        self.LayerNorm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.register_buffer("position_ids", torch.arange(POSITIONS).expand((1, -1)))

    def forward(self, ids):
        positions = self.position_ids[:, : ids.shape[1]]
        words = self.word_embeddings(ids) + self.token_type_embeddings(torch.zeros_like(ids))
        return self.LayerNorm(words + self.position_embeddings(positions))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = Embeddings()
        self.encoder = Encoder()

    def forward(self, input_ids):
        return self.encoder(self.embeddings(input_ids))


torch.manual_seed(11)
model = Bert().eval()
for name, parameter in model.named_parameters():
    if "LayerNorm" in name:
        nn.init.normal_(parameter)

config = {
    "model_type": "bert",
    "architectures": ["BertModel"],
    "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "intermediate_size": WIDE,
    "vocab_size": WORDS,
    "max_position_embeddings": POSITIONS,
    "type_vocab_size": TYPES,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}
with open("config.json", "w") as file:
    json.dump(config, file, indent=2)
    file.write("\n")
weights = model.state_dict()
torch.save(weights, "pytorch_model.bin")
save_file({k: v.contiguous() for k, v in weights.items()}, "model.safetensors", {"format": "pt"})
torch.onnx.export(
    model,
    (torch.tensor([[1, 2, 3, 4]]),),
    "model.onnx",
    input_names=["input_ids"],
    output_names=["last_hidden_state"],
    dynamic_axes={"input_ids": {0: "batch", 1: "sequence"}},
    opset_version=14,
    dynamo=False,
)
exported = onnx.load("model.onnx")
for node in exported.graph.node:
    node.doc_string = ""
onnx.save(exported, "model.onnx")
onnx.save_model(
    exported,
    "external.onnx",
    save_as_external_data=True,
    all_tensors_to_one_file=True,
    location="external.onnx_data",
    size_threshold=0,
)
