"""What lies outside of the graph: what the assets are made from, and who lives on them."""

import dagster as dg

content_tree = dg.AssetSpec(
    "content_tree",
    group_name="sources",
    description=(
        "What authors edit: the content roots of `PYGROUNDS_CONTENT` and what `pygrounds import` wrote. "
        "`zones/<zone>/<topic>/<subtopic>/subtopic.md` with its further sources."
    ),
    kinds={"markdown", "file"},
    owners=["team:curriculum"],
)

encoder_weights = dg.AssetSpec(
    "encoder_weights",
    group_name="sources",
    description=(
        "Weights of the encoders named by `PYGROUNDS_CONCEPT_MODEL` and `PYGROUNDS_CODE_MODEL`; their hash "
        "is recorded with every vector."
    ),
    kinds={"huggingface", "onnx"},
    owners=["team:knowledge"],
)

retrieval_questions = dg.AssetSpec(
    "retrieval_questions",
    group_name="sources",
    description="Questions with the sections that answer them, `content/retrieval/*.yaml`, some with none.",
    kinds={"yaml", "file"},
    owners=["team:knowledge"],
)

search = dg.AssetSpec(
    "search",
    group_name="serving",
    deps=["faiss_index", "chunks"],
    description="`pygrounds search` and the API's search: they map the indexes and read the chunks' rows.",
    kinds={"python"},
    owners=["team:knowledge"],
)
