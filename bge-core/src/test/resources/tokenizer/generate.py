"""Makes the small tokenizers of this folder and what transformers makes of texts with them.

Run with transformers 4.57.6 (tokenizers 0.22.2), then with transformers 5.24.0 (tokenizers 0.23.3), both with
sentencepiece 0.2.3:   generate.py 4   generate.py 5   (4 first: it trains the vocabularies that 5 reads).
Texts: the first 274 of ../golden/bert-ids.jsonl.gz, cut at 300 characters. No published vocabulary is among them.
"""
import gzip, json, os, shutil, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
GENERATION = sys.argv[1]
rows = [json.loads(line)["text"][:300] for line in gzip.open(HERE / "../golden/bert-ids.jsonl.gz", "rt")]
EXTRA = ["Hello, World! HÉLLO naïve", "[MASK] [UNK] [CLS] x<mask>y </s>", "中文 mixed with ascii", "a  b   c", " lead", "trail ",
         "ﬁ ½ ㍿ ① ﷺ", "e\u0301 \u200b\ufeff", "don't stop-it", "tab\tnew\nline", "🙂🙃", "İstanbul ẞ"]
texts = EXTRA + rows


def train():
    """A WordPiece vocabulary and a SentencePiece model with a small charsmap."""
    from tokenizers import BertWordPieceTokenizer
    import sentencepiece
    with tempfile.TemporaryDirectory() as tmp:
        corpus = Path(tmp, "corpus")
        corpus.write_text("\n".join(t.replace("\n", " ") for t in texts))
        bert = BertWordPieceTokenizer(lowercase=True)
        bert.train([str(corpus)], vocab_size=500, limit_alphabet=200, show_progress=False)
        bert.save_model(tmp)
        shutil.copy(Path(tmp, "vocab.txt"), HERE / "vocab.txt")
        rules = Path(tmp, "rules.tsv")
        # source characters, target characters in hexadecimal
        rules.write_text("".join(f"{' '.join('%X' % ord(c) for c in a)}\t{' '.join('%X' % ord(c) for c in b)}\n" for a, b in [
            ("ﬁ", "fi"), ("½", "1\u20442"), ("㍿", "株式会社"), ("①", "1"), ("e\u0301", "é"), ("\u200b", " "), ("\t", " "),
            ("\n", " "), ("\u3000", " "), ("\x01", ""), ("ﷺ", "صلى الله عليه وسلم")]))
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=str(Path(tmp, "sp")), vocab_size=500, model_type="unigram",
            normalization_rule_tsv=str(rules), character_coverage=0.98, hard_vocab_limit=False, minloglevel=2)
        shutil.copy(Path(tmp, "sp.model"), HERE / "sentencepiece.bpe.model")


def save(name, tokenizer):
    with tempfile.TemporaryDirectory() as tmp:
        tokenizer.save_pretrained(tmp)
        shutil.copy(Path(tmp, "tokenizer.json"), HERE / f"{name}.json")
        # What counts is what the saved file gives.
        from tokenizers import Tokenizer
        golden(name, Tokenizer.from_file(str(HERE / f"{name}.json")))


def golden(name, tokenizer):
    out = {"name": name,
           "ids": [tokenizer.encode(t).ids for t in texts],
           "pairs": [[tokenizer.encode(a, b).ids, tokenizer.encode(a, b).type_ids] for a, b in zip(texts[:4], texts[1:])]}
    expected.append(out)


def folder(settings):
    tmp = tempfile.mkdtemp()
    shutil.copy(HERE / "vocab.txt", tmp)
    Path(tmp, "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", **settings}))
    Path(tmp, "config.json").write_text(json.dumps({"model_type": "bert"}))
    return tmp


expected = []
if GENERATION == "4":
    train()
from transformers import AutoTokenizer, BertTokenizerFast, XLMRobertaTokenizer
for name, settings in [("plain", {}), ("cased", {"do_lower_case": False}),
                       ("accents", {"strip_accents": False, "tokenize_chinese_chars": False})]:
    save(f"bert-{name}-{GENERATION}", AutoTokenizer.from_pretrained(folder(settings)))
if GENERATION == "4":
    from transformers import XLMRobertaTokenizerFast
    xlmr = XLMRobertaTokenizerFast(str(HERE / "sentencepiece.bpe.model"))
    save("xlmr-4", xlmr)
    saved = tempfile.mkdtemp()
    xlmr.save_pretrained(saved)
    added = AutoTokenizer.from_pretrained(saved)
    added.add_tokens(["Neuwort", "中文"])
    added.add_special_tokens({"additional_special_tokens": ["[Q]", "[D]"]})
    save("xlmr-added-4", added)
    # The forms of files that tokenizers 0.10 to 0.14 saved, as multilingual-e5 and BGE-M3 have them.
    old = json.loads((HERE / "xlmr-4.json").read_text())
    meta = {"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": True}
    precompiled = [n for n in old["normalizer"]["normalizers"] if n["type"] == "Precompiled"][0]
    old.update(normalizer=precompiled, decoder={**meta, "prepend_scheme": "always"},
               pre_tokenizer={"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, meta]},
               post_processor={"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
                               "trim_offsets": True, "add_prefix_space": True})
    del old["model"]["byte_fallback"]
    (HERE / "xlmr-old.json").write_text(json.dumps(old, ensure_ascii=False))
    from tokenizers import Tokenizer
    golden("xlmr-old", Tokenizer.from_file(str(HERE / "xlmr-old.json")))
    old = json.loads((HERE / "bert-plain-4.json").read_text())
    del old["model"]["type"]
    vocab = old["model"]["vocab"]
    old.update(post_processor={"type": "BertProcessing", "sep": ["[SEP]", vocab["[SEP]"]], "cls": ["[CLS]", vocab["[CLS]"]]})
    (HERE / "bert-old.json").write_text(json.dumps(old, ensure_ascii=False))
    golden("bert-old", Tokenizer.from_file(str(HERE / "bert-old.json")))
else:
    saved = tempfile.mkdtemp()
    shutil.copy(HERE / "xlmr-4.json", Path(saved, "tokenizer.json"))
    Path(saved, "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "XLMRobertaTokenizer"}))
    Path(saved, "config.json").write_text(json.dumps({"model_type": "xlm-roberta"}))
    save("xlmr-5", AutoTokenizer.from_pretrained(saved))
with gzip.GzipFile(HERE / f"expected-{GENERATION}.jsonl.gz", "wb", mtime=0) as out:
    for row in expected:
        out.write((json.dumps(row) + "\n").encode())
(HERE / "texts.json").write_text(json.dumps(texts))
