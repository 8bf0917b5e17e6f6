"""libxmlsec, driven from Python: verifies the signatures and does nothing else. It reads no name; whom it accepts is taken from the fixture.

Answers what bench/saml-turns.ts answers, one line of JSON for each line that it is asked.
"""
import base64
import json
import resource
import statistics
import sys
import time

import xmlsec
from lxml import etree

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def verified(field, key):
    """How many signatures stand in Response and Assertion, all verified under the pinned key; raises where one does not verify."""
    root = etree.fromstring(base64.b64decode(field), PARSER)
    elements = [element for element in (root, root.find(ASSERTION)) if element is not None]
    count = 0
    for element in elements:
        signature = element.find(SIGNATURE)
        if signature is None:
            continue
        context = xmlsec.SignatureContext()
        # With a key of its own it never looks at KeyInfo.
        context.key = key
        for identified in elements if count == 0 else ():
            context.register_id(identified, "ID")
        context.verify(signature)
        count += 1
    return count


def accepts(prepared, signed):
    try:
        return verified(signed["samlResponse"], prepared["key"]) == prepared["needed"]
    except (xmlsec.Error, etree.XMLSyntaxError):
        return False


def prepare(fixtures):
    judgements = []
    for fixture in fixtures:
        certificate = base64.b64decode(fixture["parties"]["certificate"])
        name = fixture["name"]
        known[name] = prepared = {
            "key": xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertDer),
            "needed": 2 if fixture["requiredSignature"] == "both" else 1,
            "good": fixture["good"],
            "latencies": [],
            "next": 0,
        }
        asked = [("good", signed) for signed in fixture["good"]]
        asked += [(bad["change"], bad["signed"]) for bad in fixture["bad"]]
        for change, signed in asked:
            judgements.append({"fixture": name, "change": change, "accepted": accepts(prepared, signed)})
    return judgements


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e6


def turn(prepared, milliseconds, warm_up):
    good, verifications, before = prepared["good"], 0, cpu()
    started = time.perf_counter()
    until = started + milliseconds / 1e3
    while (cpu() - before) / 1e3 < milliseconds if warm_up else started < until:
        signed = good[prepared["next"] % len(good)]
        prepared["next"] += 1
        if not accepts(prepared, signed):
            raise RuntimeError("a good document was refused in a turn")
        verifications += 1
        ended = time.perf_counter()
        if not warm_up:
            prepared["latencies"].append((ended - started) * 1e6)
        started = ended
    return {"verifications": verifications, "cpuMicroseconds": cpu() - before}


def answer(ask):
    if ask["ask"] == "prepare":
        return prepare(ask["fixtures"])
    prepared = known[ask["fixture"]]
    if ask["ask"] == "turn":
        return turn(prepared, ask["milliseconds"], ask["warmUp"])
    cuts = statistics.quantiles(prepared["latencies"], n=100, method="inclusive")
    return {"p50": cuts[49], "p99": cuts[98]}


known = {}
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
