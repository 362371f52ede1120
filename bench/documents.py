"""How long a letter takes to render, to sign and to check; needs no database."""

from __future__ import annotations

import datetime as dt
import io

from bench.measure import Figure, timed

GROUP = "Letters"


def letter(items: int) -> dict[str, object]:
    """Return the data of a letter over so many items."""
    row = [
        "对在城市照明设施安全距离内擅自植树挖坑取土的行政处罚",
        "行政处罚",
        "《城市照明管理规定》第二十八条",
        "街道巡查、立案、处罚并执行",
    ]
    return {
        "letter": "咸安区街道赋权事项承接确认书",
        "number": "咸赋权确〔2026〕第001号",
        "parties": [
            {"key": "a", "label": "甲方", "name": "咸安区城市管理执法局"},
            {"key": "b", "label": "乙方", "name": "咸安区温泉街道办事处"},
        ],
        "blocks": [
            {"kind": "heading", "text": "一、赋权事项"},
            {
                "kind": "table",
                "small": True,
                "columns": [
                    {"label": label} for label in ("序号", "事项名称", "事项类型", "设定依据", "职责边界")
                ],
                "rows": [[str(number), *row] for number in range(1, items + 1)],
            },
            {"kind": "heading", "text": "二、过渡期"},
            {"kind": "paragraph", "text": "过渡期自双方最后签署之日起6个月，其间由甲方承担主体责任。" * 6},
        ],
    }


def measure(runs: int) -> list[Figure]:
    """Return the milliseconds of warm runs, and the size of a signed letter."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from xianan.core import clock
    from xianan.documents import keys
    from xianan.documents.found import find
    from xianan.documents.pdf import Mark, render
    from xianan.documents.signing import Identity, LocalSigner

    at = clock.now().replace(microsecond=0)
    start = at - dt.timedelta(days=30)
    authority = keys.make_authority("咸安区", valid_from=start)
    signers = {}
    for party, name in (("a", "咸安区城市管理执法局"), ("b", "咸安区温泉街道办事处")):
        pair = keys.make_certificate(authority, name, district="咸安区", valid_from=start)
        identity = Identity(
            pair.certificate.public_bytes(Encoding.DER),
            authority.certificate.public_bytes(Encoding.DER),
            pair.key,
        )
        signers[party] = (name, LocalSigner(identity))
    mark = Mark(
        "XA7K-42QD-9F3M", "http://127.0.0.1:8000/verify/", "http://127.0.0.1:8000/verify/XA7K42QD9F3M/"
    )

    figures = []
    for items in (3, 20, 60):
        pages = render("documents/paper.html", letter(items), mark=mark).pages
        figures.append(
            timed(
                GROUP,
                f"letter, {items} items, {pages} pages",
                runs,
                lambda items=items: render("documents/paper.html", letter(items), mark=mark),
            )
        )
    rendered = render("documents/paper.html", letter(20), mark=mark)
    pdf = rendered.pdf
    for party, (name, signer) in signers.items():

        def sign(
            pdf: bytes = pdf, party: str = party, name: str = name, signer: LocalSigner = signer
        ) -> bytes:
            return signer.sign_pdf(
                pdf, organization=name, signer_name="赵喆", party=party, place=rendered.places[party], at=at
            ).pdf

        figures.append(timed(GROUP, f"signature {party} with its seal", runs, sign))
        pdf = sign()

    def check() -> None:
        from asn1crypto import x509

        root = x509.Certificate.load(authority.certificate.public_bytes(Encoding.DER))
        for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
            context = ValidationContext(trust_roots=[root], moment=at, allow_fetching=False)
            if not validate_pdf_signature(signature, context).bottom_line:
                raise SystemExit("the signature does not hold")

    figures.append(timed(GROUP, "check of two signatures", runs, check))
    figures.append(
        timed(GROUP, "check of an altered copy", runs, lambda: find(pdf + b"\n", [authority.certificate]))
    )
    figures.append(Figure(GROUP, "letter of 20 items, unsigned", len(rendered.pdf) / 1024, "KB"))
    figures.append(Figure(GROUP, "letter of 20 items, signed by both", len(pdf) / 1024, "KB"))
    return figures
