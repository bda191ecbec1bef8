"""Checks the ledger of Schakel. Say where it is, and a head that you kept if you have one:

python3 verify.py ledger.jsonl [POSITION:HASH]
"""

import hashlib
import json
import sys
import urllib.request


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


place, kept = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
previous, seq, faults, absent, taken, heads = "0" * 64, 0, [], {}, set(), set()
for line in urllib.request.urlopen(place) if "://" in place else open(place, "rb"):
    entry = json.loads(line)
    header = json.loads(entry["header"])
    if seq == 0 and header["seq"] > 1:  # a part of the ledger: what came before it is not checked
        seq, previous = header["seq"] - 1, header["previous"]
    seq += 1
    told = json.loads(entry["translations"] or "{}")
    canonical = {name: json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                 for name, said in told.items()}  # fmt: skip
    digests = {name: sha256(text) for name, text in canonical.items()}
    confirmed = header.get("document") or next(iter(header.get("translations", {}).values()), None)
    if header["entry"] in ("redaction", "withdrawal", "hiding"):
        taken.add(header["target"])
    if entry["document"] is None and entry["translations"] is None and confirmed:
        absent[seq] = {seq, header.get("target")}  # a translation goes with the text that it is of
    elif (entry["document"] and sha256(entry["document"])) != header.get("document"):
        faults.append(f"{seq}: this is not the document that was published")
    elif digests != header.get("translations", {}):
        faults.append(f"{seq}: these are not the translations that were published")
    if (header["seq"], header["previous"]) != (seq, previous):
        faults.append(f"{seq}: this entry does not follow the one before it")
    if sha256(entry["header"]) != entry["hash"]:
        faults.append(f"{seq}: this is not the header that was published")
    if any(key["digest"] != confirmed for key in header["confirmations"]):
        faults.append(f"{seq}: a confirmation is of another text")
    previous = entry["hash"]
    heads.add(f"{seq}:{previous}")
faults += [f"{at}: the text is not there, and no entry took it away" for at, by in absent.items() if not by & taken]
if kept and kept not in heads:
    faults.append(f"the head {kept} is not in this ledger")
print(*faults, f"head {seq}:{previous}", f"{len(absent)} texts were taken back", sep="\n")
sys.exit(1 if faults else 0)
