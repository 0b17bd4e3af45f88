"""Training of the entry classifier: from the known questions to arrays. Needs scikit-learn.

Run as `python -m zhiqibot.topics.policies.classifier_training POLICY_FOLDER CACHE_FOLDER`, so that it never loads in the server.
"""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.core.errors import ContentError
from zhiqibot.topics.policies.classifier import KEPT, EntryClassifier, classifier_path, features_of, trained_on

SEEN_AT_LEAST = 2
IDF_POWER = 0.25  # as in the understanding of messages: questions are as short
C, TOLERANCE, SEED = 0.5, 1e-2, 20261123


def train_classifier(corpus: PolicyCorpus) -> EntryClassifier:
    """Fit one linear machine an entry against all others; needs two entries at least."""
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    known = trained_on(corpus)
    entries = tuple(dict.fromkeys(entry for entry, _ in known))
    bags = [features_of(text) for _, text in known]
    counts = Counter(feature for bag in bags for feature in bag)
    kept = sorted(feature for feature, count in counts.items() if count >= SEEN_AT_LEAST)
    vocabulary = {feature: row for row, feature in enumerate(kept)}
    rare = [(math.log((1 + len(bags)) / (1 + counts[feature])) + 1.0) ** IDF_POWER for feature in kept]
    idf = np.array(rare, dtype=np.float32)
    rows = [[vocabulary[feature] for feature in bag if feature in vocabulary] for bag in bags]
    values = [idf[row] / max(float(np.linalg.norm(idf[row])), 1e-6) for row in rows]
    ends = np.cumsum([0, *map(len, rows)])
    matrix = csr_matrix((np.concatenate(values), np.concatenate(rows), ends), shape=(len(rows), len(kept)))
    numbers = {entry: number for number, entry in enumerate(entries)}
    machine = LinearSVC(C=C, tol=TOLERANCE, random_state=SEED).fit(matrix, [numbers[entry] for entry, _ in known])
    weights, bias = machine.coef_.T, machine.intercept_
    if len(entries) == 2:  # one plane for both
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return EntryClassifier(entries, vocabulary, idf, weights.astype(np.float16), bias.astype(np.float32))


def main(arguments: Sequence[str]) -> int:
    """Train for a folder of policies into a cache folder; 0 on success, 1 with the reason on stderr."""
    folder, cache = Path(arguments[0]), Path(arguments[1])
    try:
        corpus = load_policies(folder)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    train_classifier(corpus).save(classifier_path(corpus, cache))
    older = sorted(cache.glob("policy-entries-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in older[KEPT:]:
        path.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
