#!/usr/bin/env python3
"""Makes tiny sentence-transformers folders with the real libraries and writes what those answer.

  python generate.py --out DIR --set SET [--only NAME]   make the folders of SET (needs the versions of that set)
  python generate.py --out DIR --pack DIR2              copy the folders, files that are the same in several of them once
  python generate.py --out DIR --check [--only NAME]     load every folder with the libraries at hand, print the difference

SET is one of st6 (sentence-transformers 6.2.0, transformers 5.24.0), st57 (5.7.0, 4.57.6), st53 (5.3.0, 4.57.6),
st27 (2.7.0, 4.57.6), tok (transformers 5.24.0 only), onnx (torch, onnx, onnxruntime). An older sentence-transformers can be put
in front with PYTHONPATH=<unpacked wheel>. All weights follow from a seed and the parameter's name: the encoders of all
sets with the same configuration have the same bytes of weights (git stores these once).
"""
import argparse
import io
import json
import os
import shutil
import sys
import tempfile
import zlib
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import numpy as np
import torch

torch.set_num_threads(1)

HIDDEN, LAYERS, HEADS, INTER = 24, 2, 4, 48

TEXTS = [
    "What is dense retrieval?",
    "Grüße aus Köln: Äpfel, Öl und Straße — naïve Café!",
    "深度学习模型, 検索 test",
    "smile 🙂 rocket 🚀 family 👨‍👩‍👧 done",
    "",
    "   white space \t around\n the  text \u00a0\u3000 ",
    "A long text: " + "the model reads many words and numbers 0123456789 until the limit cuts it, " * 12,
    "UPPER lower MiXeD ΑΣ ΟΔΟΣ İstanbul",
    "query",
    "[SEP] </s> special <mask> [MASK] tokens in the text",
    "x",
    "Ｆｕｌｌ ｗｉｄｔｈ ﬁne ½ ①, combining e\u0301 a\u0308",
]
# Far beyond 512 tokens, only for the folders with 514 positions.
VERY_LONG = "numbers " + " ".join(str(i) for i in range(400)) + " end"

WORDS = ("the what is dense retrieval model reads many words and numbers until limit cut ##s it text long white space around query "
         "doc passage : instruct token ##s in special mask upper lower mixed smile rocket family done test full width fine "
         "apfel ol und aus naive cafe strasse gru ##e koln istanbul combining search for ##ing find").split()
CJK = "深度学模型検索习"
OTHER = "αβγδεοςσµ🙂é½"
PROMPTS = {"query": "query: ", "document": "Find the doc: "}


def log(*a):
    print(*a, file=sys.stderr, flush=True)


def wordpiece_vocab(cased=False):
    v = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = "abcdefghijklmnopqrstuvwxyz"
    if cased:
        letters += letters.upper() + "ÄÖÜäöüß"
    v += list("!,-.:;?()[]<>/_—0123456789") + list(letters)
    v += ["##" + c for c in letters + "0123456789"]
    v += list(CJK) + list(OTHER) + ["##" + c for c in "αδοςσß"]
    v += WORDS
    seen, out = set(), []
    for t in v:
        if t not in seen:
            seen.add(t)
            out.append(t)
    return out


def fill(module, seed, scale=0.35):
    """Every parameter random, by name; LayerNorm weights around 1."""
    for name, p in sorted(module.named_parameters()):
        g = torch.Generator().manual_seed(zlib.crc32(f"{seed}/{name}".encode()))
        r = torch.randn(p.shape, generator=g, dtype=torch.float32)
        with torch.no_grad():
            if "norm" in name.lower() and name.endswith("weight"):
                p.copy_(1 + 0.3 * r)
            elif name.endswith("bias"):
                p.copy_(0.2 * r)
            else:
                p.copy_(scale * r)
    return module


def bert_base(path, positions=64, cased=False, model_max_length=None, seed=1, pooler=True, config_extra=None):
    from transformers import BertConfig, BertModel, BertTokenizerFast
    vocab = wordpiece_vocab(cased)
    cfg = BertConfig(vocab_size=len(vocab), hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
                     intermediate_size=INTER, max_position_embeddings=positions, pad_token_id=0, **(config_extra or {}))
    fill(BertModel(cfg), seed).eval().save_pretrained(path)
    with tempfile.TemporaryDirectory() as d:
        f = Path(d, "vocab.txt")
        f.write_text("\n".join(vocab) + "\n", encoding="utf-8")
        kw = {} if model_max_length is None else {"model_max_length": model_max_length}
        if tf_major() >= 5:
            tok = BertTokenizerFast(vocab={t: i for i, t in enumerate(vocab)}, do_lower_case=not cased, **kw)
        else:
            tok = BertTokenizerFast(vocab_file=str(f), do_lower_case=not cased, **kw)
        tok.save_pretrained(path)
    return str(path)


def sentencepiece_model(path):
    """A Unigram model with a small charsmap of its own (full width, ligatures, white space), as spm_train writes it."""
    import sentencepiece as spm
    rules = []
    for c in range(0xFF01, 0xFF5F):
        rules.append((chr(c), chr(c - 0xFEE0)))
    rules += [("ﬁ", "fi"), ("½", "1\u20442"), ("①", "1"), ("\u00a0", " "), ("\u3000", " "), ("\t", " "), ("\n", " "), ("\r", " "),
              ("e\u0301", "é"), ("a\u0308", "ä"), ("o\u0308", "ö"), ("u\u0308", "ü"), ("\u200d", " "), ("\ufeff", "")]
    tsv = path + ".tsv"
    with open(tsv, "w", encoding="utf-8") as o:
        for a, b in rules:
            o.write(" ".join("%X" % ord(c) for c in a) + "\t" + " ".join("%X" % ord(c) for c in b) + "\n")
    corpus = []
    for i in range(3):
        corpus += [t for t in TEXTS if t.strip()] + list(PROMPTS.values()) + [" ".join(WORDS).replace("##", "")]
    out = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(corpus), model_writer=out, model_type="unigram", vocab_size=230,
                                   character_coverage=0.995, normalization_rule_tsv=tsv, add_dummy_prefix=True,
                                   remove_extra_whitespaces=True, unk_id=0, bos_id=1, eos_id=2, pad_id=-1,
                                   hard_vocab_limit=False, num_threads=1, minloglevel=2)
    Path(path).write_bytes(out.getvalue())
    os.remove(tsv)


def xlmr_base(path, positions=64, model_max_length=None, seed=2):
    from transformers import XLMRobertaConfig, XLMRobertaModel, XLMRobertaTokenizerFast, AutoTokenizer
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as d:
        f = str(Path(d, "sentencepiece.bpe.model"))
        sentencepiece_model(f)
        kw = {} if model_max_length is None else {"model_max_length": model_max_length}
        if tf_major() >= 5:
            Path(d, "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "XLMRobertaTokenizer"}))
            tok = XLMRobertaTokenizerFast.from_pretrained(d, **kw)
        else:
            tok = XLMRobertaTokenizerFast(vocab_file=f, **kw)
        cfg = XLMRobertaConfig(vocab_size=len(tok), hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
                               intermediate_size=INTER, max_position_embeddings=positions, type_vocab_size=1, layer_norm_eps=1e-5,
                               pad_token_id=1, bos_token_id=0, eos_token_id=2)
        fill(XLMRobertaModel(cfg), seed).eval().save_pretrained(path)
        tok.save_pretrained(path)
        if Path(path, "sentencepiece.bpe.model").exists():
            os.remove(Path(path, "sentencepiece.bpe.model"))
    return str(path)


def tf_major():
    import transformers
    return int(transformers.__version__.split(".")[0])


def versions():
    import transformers
    v = {"torch": torch.__version__, "transformers": transformers.__version__}
    try:
        import sentence_transformers
        v["sentence_transformers"] = sentence_transformers.__version__
    except ImportError:
        pass
    import tokenizers
    v["tokenizers"] = tokenizers.__version__
    return v


def mods():
    import sentence_transformers as st
    if tuple(int(x) for x in st.__version__.split(".")[:2]) >= (5, 4):
        from sentence_transformers.sentence_transformer import modules as m
    else:
        from sentence_transformers import models as m
    return m


def num(x):
    return [float("%.9g" % float(v)) for v in np.asarray(x, dtype=np.float32)]


def ids_of(model, text, prompt):
    if hasattr(model, "preprocess"):
        f = model.preprocess([text], **({"prompt": prompt} if prompt else {}))
    else:
        f = model.tokenize([(prompt or "") + text])
    return [int(i) for i in f["input_ids"][0]]


def rows_of(model, texts, roles):
    """One row a text and role; texts alone, and once in company, which must agree."""
    rows = []
    for role, prompt_name in roles:
        if role in ("query", "document") and hasattr(model, "encode_query"):
            fn = model.encode_query if role == "query" else model.encode_document
            kw = {}
        else:
            fn = model.encode
            kw = {"prompt_name": prompt_name} if prompt_name is not None else {}
        prompts = getattr(model, "prompts", {}) or {}
        if role == "query":
            used = prompts.get("query", "")
        elif role == "document":
            used = prompts.get("document", prompts.get("passage", ""))
        elif prompt_name is not None:
            used = prompts[prompt_name]
        else:
            used = prompts.get(getattr(model, "default_prompt_name", None) or "\0", "")
        batch = fn(list(texts), show_progress_bar=False, **kw)
        for i, t in enumerate(texts):
            v = fn([t], show_progress_bar=False, **kw)[0]
            d = float(np.abs(v - batch[i]).max())
            assert d < 2e-5 or not np.isfinite(d), (t, role, d)
            rows.append({"text": t, "role": role, "prompt_name": prompt_name, "prompt": used, "ids": ids_of(model, t, used), "vector": num(v)})
    return rows


def write_rows(path, rows):
    with open(path, "w", encoding="utf-8") as o:
        for r in rows:
            o.write(json.dumps(r, ensure_ascii=False) + "\n")


def finish(folder):
    """Drop what says nothing: the model card."""
    for f in ("README.md", ".gitattributes"):
        if Path(folder, f).exists():
            os.remove(Path(folder, f))


class Maker:
    def __init__(self, out, only):
        self.out, self.only = Path(out), only
        self.made = {}

    def wanted(self, name):
        return not self.only or self.only in name

    def st(self, name, build, note, texts=TEXTS, roles=(("encode", None),), after=None, **st_kwargs):
        """build(tmpdir) -> list of modules; after(folder) edits the saved folder as a person or an older version would have it."""
        if not self.wanted(name):
            return
        from sentence_transformers import SentenceTransformer
        folder = self.out / name
        shutil.rmtree(folder, ignore_errors=True)
        with tempfile.TemporaryDirectory() as d:
            model = SentenceTransformer(modules=build(d), device="cpu", **st_kwargs)
            model.save(str(folder))
        finish(folder)
        if after:
            after(folder)
        self.answer(name, note, texts, roles)

    def answer(self, name, note, texts, roles):
        from sentence_transformers import SentenceTransformer
        folder = self.out / name
        model = SentenceTransformer(str(folder), device="cpu")
        rows = rows_of(model, texts, roles)
        write_rows(folder / "expected.jsonl", rows)
        about = {"note": note, **versions(), "dimension": len(rows[0]["vector"]), "max_seq_length": model.max_seq_length,
                 "similarity_fn_name": getattr(model, "similarity_fn_name", None)}
        (folder / "expected.about.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n")
        log(f"{name}: dim {about['dimension']}, limit {about['max_seq_length']}, {len(rows)} rows, "
            f"{sum(f.stat().st_size for f in folder.rglob('*') if f.is_file())} bytes")


def move_to_subfolder(folder, sub="0_Transformer", rename_config=None):
    """The layout of ST 0.x - 2.x saves: the Transformer's files in a folder of their own."""
    os.makedirs(folder / sub)
    keep = {"modules.json", "config_sentence_transformers.json", sub}
    for f in list(folder.iterdir()):
        if f.name in keep or f.is_dir():
            continue
        f.rename(folder / sub / f.name)
    if rename_config:
        (folder / sub / "sentence_bert_config.json").rename(folder / sub / rename_config)
    m = json.loads((folder / "modules.json").read_text())
    m[0]["path"] = sub
    (folder / "modules.json").write_text(json.dumps(m, indent=2))


def edit(folder, file, **changes):
    p = Path(folder, file)
    j = json.loads(p.read_text())
    for k, v in changes.items():
        if v is Ellipsis:
            j.pop(k, None)
        else:
            j[k] = v
    p.write_text(json.dumps(j, indent=2, ensure_ascii=False))


def dense(m, i, o, act, bias, seed=5, **kw):
    return fill(m.Dense(i, o, bias=bias, activation_function=act, **kw), seed)


def set_st6(k):
    m = mods()
    A = torch.nn

    def base(d, **kw):
        tkw = {"max_seq_length": kw.pop("limit")} if "limit" in kw else {}
        return m.Transformer(bert_base(Path(d, "b"), **kw), **tkw)

    def xbase(d, **kw):
        tkw = {"max_seq_length": kw.pop("limit")} if "limit" in kw else {}
        return m.Transformer(xlmr_base(Path(d, "x"), **kw), **tkw)

    H = HIDDEN
    k.st("st6-cls-normalize", lambda d: [base(d), m.Pooling(H, "cls"), m.Normalize()], "cls, Normalize")
    k.st("st6-mean", lambda d: [base(d), m.Pooling(H, "mean")], "mean, not normalized", similarity_fn_name="dot")
    k.st("st6-max", lambda d: [base(d), m.Pooling(H, "max")], "max")
    k.st("st6-lasttoken", lambda d: [base(d), m.Pooling(H, "lasttoken"), m.Normalize()], "lasttoken, Normalize")
    k.st("st6-weightedmean", lambda d: [base(d), m.Pooling(H, "weightedmean")], "weightedmean")
    k.st("st6-mean-sqrt", lambda d: [base(d), m.Pooling(H, "mean_sqrt_len_tokens")], "mean_sqrt_len_tokens")
    k.st("st6-modes-cls-mean", lambda d: [base(d), m.Pooling(H, ("cls", "mean")), m.Normalize()], "pooling_mode list cls, mean; Normalize")
    k.st("st6-modes-order", lambda d: [base(d), m.Pooling(H, ["lasttoken", "mean", "cls"])], "a list in an order of its own")
    k.st("st6-dense-tanh", lambda d: [base(d), m.Pooling(H, "cls"), dense(m, H, 16, A.Tanh(), True), m.Normalize()],
         "cls, Dense(Tanh, bias), Normalize")
    k.st("st6-dense-identity", lambda d: [base(d), m.Pooling(H, "mean"), dense(m, H, 12, A.Identity(), False)], "mean, Dense(Identity, no bias)")
    k.st("st6-dense-two", lambda d: [base(d), m.Pooling(H, "mean"), dense(m, H, 40, A.Identity(), False, 5),
                                     dense(m, 40, 20, A.GELU(), True, 6), m.Normalize()],
         "two Dense in a row (as EmbeddingGemma), Identity and GELU")
    k.st("st6-dense-residual", lambda d: [base(d), m.Pooling(H, "mean"), dense(m, H, H, A.ReLU(), True, 5, use_residual=True),
                                          dense(m, H, 16, A.Sigmoid(), True, 6, use_residual=True)],
         "use_residual with equal sizes (no residual weight) and with residual.weight")
    k.st("st6-layernorm-dense", lambda d: [base(d), m.Pooling(H, "mean"), fill(m.LayerNorm(H), 7), dense(m, H, 16, A.SiLU(), True)],
         "mean, LayerNorm, Dense(SiLU)")
    k.st("st6-subfolder", lambda d: [base(d, model_max_length=24), m.Pooling(H, "mean"), m.Normalize()],
         "Transformer in 0_Transformer (moved there after saving), limit 24 by its tokenizer_config.json", after=move_to_subfolder)
    k.st("st6-limit16", lambda d: [base(d, limit=16), m.Pooling(H, "mean")], "max_seq_length=16, which ends up as model_max_length")
    k.st("st6-prompts", lambda d: [base(d), m.Pooling(H, "cls"), m.Normalize()], "prompts with default_prompt_name query",
         roles=(("encode", None), ("query", None), ("document", None), ("encode", "document")), prompts=PROMPTS, default_prompt_name="query", texts=TEXTS[:7])
    k.st("st6-prompts-passage", lambda d: [base(d), m.Pooling(H, "mean")],
         "prompts query and passage: encode_document takes the always present empty 'document', not 'passage'",
         roles=(("encode", None), ("query", None), ("document", None), ("encode", "passage")), texts=TEXTS[:4],
         prompts={"query": "query: ", "passage": "passage: "})
    k.st("st6-include-prompt-false", lambda d: [base(d), m.Pooling(H, ("mean", "weightedmean", "cls", "max", "lasttoken"), include_prompt=False)],
         "include_prompt=false: all modes leave the prompt's positions out",
         roles=(("encode", None), ("query", None), ("document", None)), texts=TEXTS[:7], prompts=PROMPTS)
    k.st("st6-truncate-dim", lambda d: [base(d), m.Pooling(H, "cls"), m.Normalize()],
         "truncate_dim 10 in config_sentence_transformers.json: the first 10 of the normalized vector, not normalized again",
         truncate_dim=10)
    k.st("st6-cased", lambda d: [base(d, cased=True, seed=8), m.Pooling(H, "mean")], "do_lower_case false in tokenizer_config.json")
    k.st("st6-xlmr-cls", lambda d: [xbase(d, model_max_length=40), m.Pooling(H, "cls"), m.Normalize()], "XLM-R, cls, Normalize, limit 40")
    k.st("st6-xlmr-512", lambda d: [xbase(d, positions=514, model_max_length=512), m.Pooling(H, "cls")],
         "XLM-R, 514 positions, model_max_length 512", texts=TEXTS + [VERY_LONG])
    if k.wanted("st6-no-modules-json"):
        f = k.out / "st6-no-modules-json"
        shutil.rmtree(f, ignore_errors=True)
        bert_base(f)
        os.makedirs(f / "1_Pooling")
        (f / "1_Pooling" / "config.json").write_text(json.dumps({"embedding_dimension": HIDDEN, "pooling_mode": "cls", "include_prompt": True}))
        (f / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 16, "do_lower_case": False}))
        k.answer("st6-no-modules-json", "no modules.json: mean; 1_Pooling (cls) and sentence_bert_config.json (16) are not read", TEXTS, (("encode", None),))


def set_old(k, p):
    """Old layout (up to 5.3) with the version at hand; p is the prefix of the names."""
    m = mods()
    A = torch.nn
    H = HIDDEN
    T = lambda d, limit=None, **kw: m.Transformer(bert_base(Path(d, "b"), **kw), max_seq_length=limit)
    X = lambda d, limit=None, **kw: m.Transformer(xlmr_base(Path(d, "x"), **kw), max_seq_length=limit)
    k.st(f"{p}-cls", lambda d: [T(d), m.Pooling(H, "cls"), m.Normalize()], "cls, Normalize")
    k.st(f"{p}-mean", lambda d: [T(d), m.Pooling(H, "mean")], "mean")
    k.st(f"{p}-limit16", lambda d: [T(d, 16), m.Pooling(H, "mean")], "max_seq_length 16 in sentence_bert_config.json")
    k.st(f"{p}-dense", lambda d: [T(d), m.Pooling(H, "cls"), dense(m, H, 16, A.Tanh(), True), m.Normalize()], "cls, Dense(Tanh), Normalize")
    k.st(f"{p}-subfolder", lambda d: [X(d, 20), m.Pooling(H, "mean"), m.Normalize()],
         "0_Transformer with sentence_xlm-roberta_config.json, max_seq_length 20", after=lambda f: move_to_subfolder(f, rename_config="sentence_xlm-roberta_config.json"))


def set_st53(k):
    set_old(k, "st53")
    m = mods()
    H = HIDDEN
    k.st("st53-lowercase", lambda d: [m.Transformer(bert_base(Path(d, "b"), cased=True, seed=8), do_lower_case=True), m.Pooling(H, "mean")],
         "do_lower_case true in sentence_bert_config.json on a cased tokenizer. 6.2 answers otherwise where the text has a final sigma or a dotted capital I")
    k.st("st53-modes", lambda d: [m.Transformer(bert_base(Path(d, "b"))),
                                  m.Pooling(H, pooling_mode_cls_token=True, pooling_mode_max_tokens=True, pooling_mode_mean_tokens=True, pooling_mode_mean_sqrt_len_tokens=True,
                                            pooling_mode_weightedmean_tokens=True, pooling_mode_lasttoken=True)], "all six booleans: cls, max, mean, sqrt, weightedmean, lasttoken")


def set_st57(k):
    m = mods()
    H = HIDDEN
    k.st("st57-cls-normalize", lambda d: [m.Transformer(bert_base(Path(d, "b")), max_seq_length=20), m.Pooling(H, "cls"), m.Normalize()], "5.4 - 5.7: new layout, Normalize's type string of 5.x")
    k.st("st57-dense", lambda d: [m.Transformer(bert_base(Path(d, "b"))), m.Pooling(H, "mean"), fill(m.LayerNorm(H), 7), dense(m, H, 16, torch.nn.Tanh(), True), m.Normalize()],
         "mean, LayerNorm, Dense, Normalize")


def set_st27(k):
    def as_bin(folder):
        """Weights as 2.2 saved them: pytorch_model.bin, for the encoder and the Dense."""
        from safetensors.torch import load_file
        for f in list(Path(folder).rglob("model.safetensors")):
            torch.save(load_file(f), f.parent / "pytorch_model.bin")
            os.remove(f)
    m = mods()
    H = HIDDEN
    T = lambda d, limit=None, **kw: m.Transformer(bert_base(Path(d, "b"), **kw), max_seq_length=limit)
    k.st("st27-cls", lambda d: [T(d), m.Pooling(H, "cls"), m.Normalize()], "cls, Normalize", after=as_bin)
    k.st("st27-dense-bin", lambda d: [T(d, 16), m.Pooling(H, "mean"), dense(m, H, 16, torch.nn.Tanh(), True)], "limit 16, Dense in pytorch_model.bin",
         after=as_bin)


def answers_of(folder, texts):
    """ids and hidden states by transformers alone: cls and mean, not normalized, limit = min(model_max_length, positions)."""
    from transformers import AutoModel, AutoTokenizer
    tok, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    offset = model.config.pad_token_id + 1 if model.config.model_type == "xlm-roberta" else 0
    limit = min(tok.model_max_length, model.config.max_position_embeddings - offset)
    rows = []
    for t in texts:
        e = tok(t, truncation=True, max_length=limit, return_tensors="pt")
        with torch.no_grad():
            h = model(**e).last_hidden_state[0]
        rows.append({"text": t, "ids": e["input_ids"][0].tolist(), "cls": num(h[0]), "mean": num(h.mean(0))})
    return rows, {**versions(), "limit": limit, "tokenizer": type(tok).__name__}


def set_tok(k):
    """Folders without a tokenizer.json: vocab.txt, or sentencepiece.bpe.model."""
    def bert(name, note, cased=False, config=None, texts=TEXTS):
        if not k.wanted(name):
            return
        f = k.out / name
        shutil.rmtree(f, ignore_errors=True)
        bert_base(f, cased=cased, seed=8 if cased else 1)
        os.remove(f / "tokenizer.json")
        (f / "vocab.txt").write_text("\n".join(wordpiece_vocab(cased)) + "\n", encoding="utf-8")
        if config is None:
            os.remove(f / "tokenizer_config.json")
        else:
            (f / "tokenizer_config.json").write_text(json.dumps(config, indent=1))
        done(f, note, texts)

    def done(f, note, texts=TEXTS):
        rows, about = answers_of(str(f), texts)
        write_rows(f / "expected.jsonl", rows)
        (f / "expected.about.json").write_text(json.dumps({"note": note, **about}, indent=1, ensure_ascii=False) + "\n")
        log(f.name, about)

    C = {"tokenizer_class": "BertTokenizer", "model_max_length": 48}
    bert("bert-vocab-txt", "vocab.txt and tokenizer_config.json", config={**C, "do_lower_case": True, "strip_accents": None, "tokenize_chinese_chars": True})
    bert("bert-vocab-txt-bare", "vocab.txt alone: lower case, limit by the positions")
    bert("bert-vocab-txt-cased", "do_lower_case false, tokenize_chinese_chars false", cased=True, config={**C, "do_lower_case": False, "tokenize_chinese_chars": False})
    bert("bert-vocab-txt-accents", "lower case, but strip_accents false", cased=True, config={**C, "do_lower_case": True, "strip_accents": False})
    if k.wanted("xlmr-sentencepiece-only"):
        f = k.out / "xlmr-sentencepiece-only"
        shutil.rmtree(f, ignore_errors=True)
        xlmr_base(f, model_max_length=40)
        os.remove(f / "tokenizer.json")
        sentencepiece_model(str(f / "sentencepiece.bpe.model"))
        (f / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 40, "mask_token": {
            "__type": "AddedToken", "content": "<mask>", "lstrip": True, "normalized": True, "rstrip": False, "single_word": False}}, indent=1))
        done(f, "sentencepiece.bpe.model with a charsmap of its own, no tokenizer.json")


def set_cross(k):
    """A CrossEncoder as this version saves it."""
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification
    import sentence_transformers
    name = "cross" + sentence_transformers.__version__.split(".")[0]
    if sentence_transformers.__version__.startswith("5.3"):
        name = "cross53"
    for suffix, act in (("", None), ("-identity", torch.nn.Identity())):
        if not k.wanted(name + suffix):
            continue
        f = k.out / (name + suffix)
        shutil.rmtree(f, ignore_errors=True)
        with tempfile.TemporaryDirectory() as d:
            bert_base(d)
            cfg = BertConfig.from_pretrained(d)
            cfg.num_labels = 1
            fill(BertForSequenceClassification(cfg), 1).eval().save_pretrained(d)
            kw = {} if act is None else {"activation_fn": act}
            CrossEncoder(d, device="cpu", max_length=32, **kw).save_pretrained(str(f))
        finish(f)
        m = CrossEncoder(str(f), device="cpu")
        activation = str(m.activation_fn)
        pairs = [(TEXTS[0], t) for t in TEXTS]
        # All scores first: up to 5.3 an activation_fn given to predict stays for later calls.
        scores = [num(m.predict([p], show_progress_bar=False))[0] for p in pairs]
        logits = [num(m.predict([p], activation_fn=torch.nn.Identity(), show_progress_bar=False))[0] for p in pairs]
        rows = [{"query": q, "passage": p, "score": a, "logit": b, "ids": m.tokenizer(q, p, truncation="longest_first")["input_ids"]}
                for (q, p), a, b in zip(pairs, scores, logits)]
        write_rows(f / "expected.jsonl", rows)
        (f / "expected.about.json").write_text(json.dumps({"note": "CrossEncoder.predict", **versions(), "max_length": m.max_length, "activation": activation}, indent=1) + "\n")
        log(f.name, m.max_length, m.activation_fn)


def export(module, inputs, path, names_in, names_out, axes):
    """By the TorchScript exporter, as nearly all published files; the sample has padding, else the mask is traced away."""
    os.makedirs(Path(path).parent, exist_ok=True)
    torch.onnx.export(module.eval(), inputs, str(path), input_names=names_in, output_names=names_out, dynamic_axes=axes, opset_version=17, dynamo=False)


def sample(with_types):
    g = torch.Generator().manual_seed(3)
    i = torch.randint(5, 60, (2, 9), generator=g)
    m = torch.ones_like(i)
    m[1, 6:] = 0
    i[1, 6:] = 1
    return (i, m, torch.zeros_like(i)) if with_types else (i, m)


class States(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        kw = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
        return self.model(input_ids=input_ids, attention_mask=attention_mask, **kw).last_hidden_state


class ThreeHeads(torch.nn.Module):
    """What the exports named dense_vecs, sparse_vecs, colbert_vecs compute (FlagEmbedding's M3 model in eval mode)."""

    def __init__(self, model, sparse, colbert):
        super().__init__()
        self.model, self.sparse_linear, self.colbert_linear = model, sparse, colbert

    def forward(self, input_ids, attention_mask):
        h = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        dense = torch.nn.functional.normalize(h[:, 0], dim=-1)
        sparse = torch.relu(self.sparse_linear(h))
        colbert = self.colbert_linear(h[:, 1:]) * attention_mask[:, 1:][:, :, None].float()
        return dense, sparse, torch.nn.functional.normalize(colbert, dim=-1)


def session(path):
    import onnxruntime as ort
    o = ort.SessionOptions()
    o.intra_op_num_threads = 1
    return ort.InferenceSession(str(path), o, providers=["CPUExecutionProvider"])


def run(s, ids_list, pad, with_types):
    n = max(len(i) for i in ids_list)
    ids = np.full((len(ids_list), n), pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    for r, i in enumerate(ids_list):
        ids[r, :len(i)] = i
        mask[r, :len(i)] = 1
    f = {"input_ids": ids, "attention_mask": mask}
    if with_types:
        f["token_type_ids"] = np.zeros_like(ids)
    return s.run(None, f), mask


def cpu():
    flags = ""
    try:
        flags = [l for l in open("/proc/cpuinfo") if l.startswith("flags")][0]
    except OSError:
        pass
    return [f for f in ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8") if f in flags.split()]


def set_onnx(k):
    import onnx
    import onnxruntime
    from transformers import AutoModel
    from onnxruntime.quantization import QuantType, quantize_dynamic
    new = tf_major() >= 5
    m = mods()
    H = HIDDEN
    ver = {**versions(), "onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "opset": 17, "cpu": cpu()}

    name = "onnx-bert" if new else "onnx-bert-tf4"
    if k.wanted(name):
        k.st(name, lambda d: [m.Transformer(bert_base(Path(d, "b"), model_max_length=24), max_seq_length=24), m.Pooling(H, "mean")],
             "mean, not normalized, limit 24; weights only as onnx/model.onnx. expected.jsonl is what sentence-transformers answers by PyTorch")
        f = k.out / name
        enc = AutoModel.from_pretrained(str(f), attn_implementation="eager")
        names = ["input_ids", "attention_mask", "token_type_ids"]
        axes = {n: {0: "batch_size", 1: "sequence_length"} for n in names + ["last_hidden_state"]}
        one = f / "onnx" / "model.onnx"
        export(States(enc), sample(True), one, names, ["last_hidden_state"], axes)
        os.remove(f / "model.safetensors")
        files = ["model.onnx"]
        if new:
            quantize_dynamic(str(one), str(f / "onnx" / "model_quantized.onnx"), weight_type=QuantType.QInt8)
            from onnxconverter_common import float16
            onnx.save(float16.convert_float_to_float16(onnx.load(str(one)), keep_io_types=True), str(f / "onnx" / "model_fp16.onnx"))
            files += ["model_quantized.onnx", "model_fp16.onnx"]
        rows = [json.loads(l) for l in (f / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
        differences = {}
        for file in files:
            s = session(f / "onnx" / file)
            together, mask = run(s, [r["ids"] for r in rows], 0, True)
            out, worst, company = [], 0.0, 0.0
            for n, r in enumerate(rows):
                a, _ = run(s, [r["ids"]], 0, True)
                v = a[0][0].mean(0)
                t = (together[0][n] * mask[n][:, None]).sum(0) / mask[n].sum()
                worst = max(worst, float(np.abs(v - np.array(r["vector"])).max()))
                company = max(company, float(np.abs(v - t).max()))
                out.append({"text": r["text"], "ids": r["ids"], "vector": num(v), "in_company": num(t)})
            differences[file] = {"from_pytorch": float("%.3g" % worst), "alone_from_in_company": float("%.3g" % company)}
            if file != "model.onnx":
                write_rows(f / ("expected." + file[6:-5] + ".jsonl"), out)
        about = json.loads((f / "expected.about.json").read_text())
        (f / "expected.about.json").write_text(json.dumps({**about, **ver, "max_abs_difference": differences}, indent=1) + "\n")
        log(name, differences)
    if not new:
        return
    for name in ("onnx-m3", "onnx-m3-three"):
        if not k.wanted(name):
            continue
        k.st(name, lambda d: [m.Transformer(xlmr_base(Path(d, "x"), model_max_length=40)), m.Pooling(H, "cls"), m.Normalize()],
             "BGE-M3's layout; " + ("onnx/model.onnx with last_hidden_state, heads in sparse_linear.pt and colbert_linear.pt (fp16, as published)" if name == "onnx-m3"
                                    else "model.onnx with the three outputs dense_vecs [B,H], sparse_vecs [B,L,1], colbert_vecs [B,L-1,H], no head files"))
        f = k.out / name
        enc = AutoModel.from_pretrained(str(f), attn_implementation="eager")
        sparse, colbert = fill(torch.nn.Linear(H, 1), 21), fill(torch.nn.Linear(H, H), 22)
        for lin, file in ((sparse, "sparse_linear.pt"), (colbert, "colbert_linear.pt")):
            half = {n: p.detach().half() for n, p in lin.state_dict().items()}
            lin.load_state_dict({n: p.float() for n, p in half.items()})
            if name == "onnx-m3":
                torch.save(half, f / file)
        three = ThreeHeads(enc, sparse, colbert).eval()
        names = ["input_ids", "attention_mask"]
        if name == "onnx-m3":
            axes = {n: {0: "batch_size", 1: "sequence_length"} for n in names + ["last_hidden_state"]}
            one = f / "onnx" / "model.onnx"
            export(States(enc), sample(False), one, names, ["last_hidden_state"], axes)
        else:
            axes = {n: {0: "batch_size", 1: "token"} for n in names + ["sparse_vecs"]}
            axes.update({"dense_vecs": {0: "batch_size"}, "colbert_vecs": {0: "batch_size", 1: "token_minus_1"}})
            one = f / "model.onnx"
            export(three, sample(False), one, names, ["dense_vecs", "sparse_vecs", "colbert_vecs"], axes)
        os.remove(f / "model.safetensors")
        rows = [json.loads(l) for l in (f / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
        s = session(one)
        out, worst = [], 0.0
        unused = {0, 1, 2, 3}
        for r in rows:
            i = torch.tensor([r["ids"]])
            with torch.no_grad():
                dense, sp, co = (x[0].numpy() for x in three(i, torch.ones_like(i)))
                h = enc(input_ids=i, attention_mask=torch.ones_like(i)).last_hidden_state.numpy()
            got, _ = run(s, [r["ids"]], 1, False)
            for a, b in zip(got, [h] if name == "onnx-m3" else [dense[None], sp[None], co[None]]):
                worst = max(worst, float(np.abs(a - b).max()))
            assert np.abs(dense - np.array(r["vector"])).max() < 1e-5
            lexical = {}
            for token, w in zip(r["ids"], sp[:, 0]):
                if token not in unused and w > 0:
                    lexical[token] = max(lexical.get(token, 0.0), float("%.9g" % float(w)))
            out.append({"text": r["text"], "ids": r["ids"], "dense": num(dense), "lexical": {str(t): w for t, w in sorted(lexical.items())},
                        "token_weights": num(sp[:, 0]), "colbert_rows": len(co), "colbert_first": num(co[0]), "colbert_last": num(co[-1]), "colbert_sum": num(co.sum(0))})
        write_rows(f / "expected.jsonl", out)
        about = json.loads((f / "expected.about.json").read_text())
        shapes = {o.name: [d if isinstance(d, (int, str)) else str(d) for d in o.shape] for o in s.get_outputs()}
        (f / "expected.about.json").write_text(json.dumps({**about, **ver, "outputs": shapes, "max_abs_difference": {one.name: float("%.3g" % worst)}}, indent=1) + "\n")
        log(name, shapes, worst)


def pack(out, to):
    """A smaller tree: files of 4 kB and more that are the same in several folders go to shared/, links.json names them."""
    import hashlib
    out, to = Path(out), Path(to)
    shutil.rmtree(to, ignore_errors=True)
    seen = {}
    for f in sorted(out.rglob("*")):
        if f.is_file() and f.stat().st_size >= 4096 and not f.name.startswith("expected"):
            seen.setdefault(hashlib.sha256(f.read_bytes()).hexdigest(), []).append(f)
    links, names = {}, {}
    for digest, files in seen.items():
        if len(files) > 1:
            name = digest[:8] + "-" + files[0].name
            os.makedirs(to / "shared", exist_ok=True)
            shutil.copyfile(files[0], to / "shared" / name)
            for f in files:
                names[f] = name
    for f in sorted(out.rglob("*")):
        if not f.is_file():
            continue
        rel = f.relative_to(out)
        if f in names:
            links.setdefault(rel.parts[0], {})["/".join(rel.parts[1:])] = names[f]
        else:
            os.makedirs((to / rel).parent, exist_ok=True)
            shutil.copyfile(f, to / rel)
    (to / "links.json").write_text(json.dumps(links, indent=1, sort_keys=True) + "\n")
    log("packed", sum(f.stat().st_size for f in to.rglob("*") if f.is_file()), "bytes")


def check(out, only):
    from sentence_transformers import SentenceTransformer
    log("with", versions())
    for folder in sorted(Path(out).iterdir()):
        f = folder / "expected.jsonl"
        if not f.exists() or not folder.name.startswith("st") or (only and only not in folder.name):
            continue
        try:
            model = SentenceTransformer(str(folder), device="cpu")
            worst, where = 0.0, []
            for line in f.read_text(encoding="utf-8").splitlines():
                r = json.loads(line)
                fn = {"query": getattr(model, "encode_query", None), "document": getattr(model, "encode_document", None)}.get(r["role"]) or model.encode
                kw = {"prompt_name": r["prompt_name"]} if r["prompt_name"] else {}
                v = fn([r["text"]], show_progress_bar=False, **kw)[0]
                e = np.array(r["vector"], dtype=np.float32)
                d = float(np.abs(v - e).max()) if v.shape == e.shape else float("inf")
                if d > 1e-5:
                    where.append(f"{r['role']}:{r['text'][:18]!r}={d:.2g}")
                worst = max(worst, d)
            print(f"{folder.name}: {worst:.2g}", "" if not where else "DIFFERS " + "; ".join(where[:6]) + f" ({len(where)})")
        except Exception as e:
            print(f"{folder.name}: {type(e).__name__}: {str(e)[:160]}")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True)
    ap.add_argument("--set")
    ap.add_argument("--only")
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--pack", help="write the smaller tree there")
    a = ap.parse_args()
    if a.pack:
        pack(a.out, a.pack)
    elif a.check:
        check(a.out, a.only)
    else:
        log("with", versions())
        os.makedirs(a.out, exist_ok=True)
        globals()["set_" + a.set](Maker(a.out, a.only))
