"""
List the encoders, train a fast one from a teacher, or learn what to keep: list, distill,
fit-retention.

Example: memcli models distill minilm-l6-v2 --texts docs/ --out my-encoder

EXIT STATUS: 0 done, 2 usage, 3 done but some input rejected, 65 bad input or too little, 66 no such
input, 69 no such encoder, 73 the folder exists, 74 I/O error or disk full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from memcli.cli import options
from memcli.cli.progress import note
from memcli.cli.with_store import Call, with_store
from memcli.ingestion.passages import Split
from memcli.ingestion.rejects import OnError, RejectLog
from memcli.jsonl import Json
from memcli.memory.step import given_options
from memcli.models.encoder import BUNDLED

if TYPE_CHECKING:
    from memcli.models.distillation.distil import DistilledTable, Start
    from memcli.models.distillation.training import TrainingSettings
    from memcli.models.encoder import Encoder
    from memcli.retention.fitting import Comparison

ACTIONS: Final = ("list", "distill", "fit-retention")
COLUMNS: Final = ("name", "dimension", "max_tokens", "megabytes", "default", "license")
LAW_COLUMNS: Final = ("law", "order", "kept_half", "questions")
MEASURED: Final = ("measure", "before", "after")


@with_store("none", "quiet format")
def list_command(
    call: Call,
    plugins: Annotated[
        bool, typer.Option("--plugins", help="The plug-ins of other packages instead.")
    ] = False,
) -> None:
    """
    List the encoders that come with memcli, or the plug-ins that are installed.

    Example: memcli models list --format table

    EXIT STATUS: 0 done, 2 usage, 69 an encoder is missing, 74 I/O error.
    """
    call.show(_plugins() if plugins else _bundled(), () if plugins else COLUMNS, text="name")


@with_store("none", "dry_run quiet format")
def distill_command(
    call: Call,
    teacher: Annotated[
        str,
        typer.Argument(
            help="The encoder to learn from: a name or folder.",
            metavar="TEACHER",
            autocompletion=lambda: [*BUNDLED],
        ),
    ],
    texts: Annotated[
        list[str],
        typer.Option("--texts", "-t", help="Free text, or records; - is stdin; repeat."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The new folder.")],
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A static encoder to go on from, or scratch; else static-256 where it fits.",
            metavar="NAME|DIR|scratch",
            autocompletion=lambda: [*BUNDLED, "scratch"],
        ),
    ] = None,
    dimension: Annotated[
        int | None, typer.Option(min=1, max=4096, help="From scratch: of the vectors; else 256.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, max=1000, help="Times that texts are seen.")] = 2,
    rate: Annotated[float, typer.Option(min=1e-6, max=1, help="Learning rate at first.")] = 2e-3,
    max_texts: Annotated[
        int, typer.Option(min=100, help="Passages to learn from; of more, a sample.")
    ] = 50_000,
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Of the sample and the order.")
    ] = 0,
    split: Annotated[Split, typer.Option(help="Where plain text is cut into passages.")] = "auto",
    on_error: Annotated[
        OnError, typer.Option(help="abort: input that cannot be read stops all.")
    ] = OnError.abort,
) -> None:
    """
    Train a fast static encoder from a teacher, on your own text.

    Makes a table of token vectors, much faster than its teacher, that is fitted to what the teacher
    makes of your own text: documents, notes, or `memcli export` on stdin. Nearly all of the time is
    the teacher's, some minutes for 50,000 passages. The summary says how near the table comes to
    the teacher on passages held out, before and after: mean cosine, rank correlation of
    similarities, share of the ten nearest that are the same. More --epochs come nearer, and find
    less in text of other kinds. Then take it: memcli reembed --encoder DIR.

    Example: memcli models distill minilm-l6-v2 --texts docs/ --out my-encoder

    EXIT STATUS: 0 done, 2 usage, 3 done but some input rejected, 65 bad input or too little, 66 no
    such input, 69 no such encoder, 73 DIR exists, 74 I/O error or disk full.
    """
    from memcli.models.distillation.distil import choose_start
    from memcli.models.distillation.folder import require_free
    from memcli.models.distillation.training import TrainingSettings
    from memcli.models.encoder import Encoder

    options.require_utf8(**{"--out": str(out)})
    require_free(out)
    settings = TrainingSettings(
        epochs=epochs, first_rate=rate, last_rate=min(rate, 1e-4), seed=seed
    )
    loaded = Encoder.load(teacher)
    begun = choose_start(loaded, start, dimension)
    with RejectLog(on_error, None, note) as log:
        passages = _sample(call, texts, split, max_texts, seed, log)
        if call.dry_run:
            call.say(f"{len(passages):,} passages, {loaded.name} from {begun.name}: a dry run")
        else:
            _distil(call, loaded, passages, begun, settings, out)
    log.finish()


@with_store("write", "store * now dry_run quiet format")
def fit_retention_command(
    call: Call,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Keep it, even if the formulas are as good.")
    ] = False,
) -> None:
    """
    Learn from your own recalls and feedback what is needed again.

    A small model in the place of the formulas of `decay`: time, spaced recalls, importance, links,
    length, surprise and rarity, each with a weight. It is fitted on the earlier of your questions,
    and on the later it is replayed beside every formula: which of them had kept what was asked for?
    It is kept only if it beats the best of them. As many memories fade as before, but others. It is
    in a commit, so that `undo` takes it back; a policy that [decay] of config.toml names goes
    before it. Questions of `query` are noted by themselves; what `feedback` says counts too.

    Example: memcli models fit-retention --dry-run --format table

    EXIT STATUS: 0 done, or it is no better and not kept, 2 usage, 65 too little to learn from, 66
    no such store, 74 I/O error or disk full, 75 locked, or something else changed the store.
    """
    from memcli.config import settings_of
    from memcli.retention.anchors import DecaySettings
    from memcli.retention.fitting import FitStep

    layout = call.store.layout
    settings = DecaySettings.of(settings_of(layout).decay, layout.trust.is_own)
    with call.progress("fit"):
        step = FitStep(call.store, settings, call.now)
        found = step.run()
    call.show(_laws(found), LAW_COLUMNS, text="law")
    best = found.best_formula
    told = f"{found.gain:+.3f} over {best} on {len(found.scores[best].area):,} later questions"
    if not found.is_better:
        call.say(f"it is no better than the formulas: {told}, certainty {found.sure:.2f}")
    if not (found.is_better or anyway) or call.dry_run:
        call.say("not kept" if not call.dry_run else "dry run: nothing was written")
        return
    commit = step.commit({"action": "fit-retention", **given_options(anyway=anyway)})
    if commit is not None:
        call.say(f"{told}; kept as commit {commit.number} (undo takes it back)")


def _laws(found: Comparison) -> Iterator[Json]:
    """Yield what each law came to, the best first."""
    scores = found.scores.items()
    for law, score in sorted(scores, key=lambda one: -float(one[1].area.mean())):
        numbers = {"order": score.area.mean(), "kept_half": score.kept.mean()}
        rounded = {name: round(float(value), 4) for name, value in numbers.items()}
        yield {"kind": "row", "v": 1, "law": law, **rounded, "questions": len(score.area)}


def _plugins() -> Iterator[dict[str, Any]]:
    """Yield the plug-ins that are installed, none of which is imported."""
    from memcli.plugins import installed

    for one in installed():
        row = {"plugin": one.kind, "name": one.name}
        yield {"kind": "row", "v": 1, **row, "package": one.package, "version": one.version}


def _bundled() -> Iterator[Json]:
    """Yield what is to be known of each encoder that comes with memcli."""
    from memcli.models.encoder import DEFAULT_ENCODER, encoder_folder, read_about

    for name in BUNDLED:
        folder = encoder_folder(name)
        about = read_about(folder)
        size = round((folder / "model.onnx").stat().st_size / 1e6, 1)
        shown = {key: about.get(key) for key in ("dimension", "max_tokens", "license", "sha256")}
        kept = {"megabytes": size, "default": name == DEFAULT_ENCODER}
        yield {"kind": "row", "v": 1, "name": name, **shown, **kept}


def _sample(
    call: Call, inputs: list[str], split: Split, size: int, seed: int, log: RejectLog
) -> list[str]:
    """Return the passages to learn from: all that differ, or a sample of them."""
    from memcli.ingestion.passages import Sample, read_passages
    from memcli.ingestion.transcripts import expand_sources

    sample = Sample(size, seed)
    with call.progress("read") as counter:
        for path in expand_sources(inputs):
            for passage in log.accepted(read_passages(path, split)):
                sample.add(passage)
                counter.advance(1)
    passages = sample.texts()
    if sample.seen > len(passages):
        call.say(f"{len(passages):,} of {sample.seen:,} passages, each taken once")
    return passages


def _distil(
    call: Call,
    teacher: Encoder,
    passages: list[str],
    start: Start,
    settings: TrainingSettings,
    out: Path,
) -> None:
    """Train, write the new folder and show the figures."""
    from memcli.models.distillation.distil import distil
    from memcli.models.distillation.folder import write_encoder

    result = distil(teacher, passages, start, settings, call.progress)
    figures = _figures(result)
    provenance = {
        "teacher": teacher.name,
        "teacher_sha256": teacher.weights_hash(),
        "from": start.name,
        "from_sha256": start.sha256,
        **asdict(settings),
        **figures,
    }
    about = {"name": out.absolute().name, "distilled": provenance}
    tokenizer = teacher.folder / "tokenizer.json"
    write_encoder(out, result.table, result.scales, tokenizer, about)
    call.say(f"made {out}; take it with: memcli reembed --encoder {out}")
    if call.is_tabular:
        measures = [{"measure": name, **figures[name]} for name in result.after._fields]
        call.show(measures, MEASURED, text="measure")
    else:
        call.summary(figures)


def _figures(result: DistilledTable) -> Json:
    """Return what there is to know of a distillation in numbers."""
    rows, dimension = result.table.shape
    figures: Json = {"texts": result.texts, "held_out": result.held_out}
    figures |= {"vocabulary": rows, "dimension": dimension}
    figures |= {f"{name}_loss": round(value, 5) for name, value in result.loss._asdict().items()}
    for name, before in result.before._asdict().items():
        after = result.after._asdict()[name]
        figures[name] = {"before": round(before, 4), "after": round(after, 4)}
    return figures
