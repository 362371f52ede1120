from django.db import migrations

from xianan.documents.older import note_sources, note_superseded


def tell_sources(apps, schema_editor):
    letters = apps.get_model("empowerment", "Agreement").objects.values_list(
        "document", "item_list", "policy"
    )
    lines = apps.get_model("empowerment", "AgreementLine").objects.values_list("agreement__document", "claim")
    lists = list(apps.get_model("empowerment", "ItemList").objects.order_by("district", "number"))
    found = [(row.document_id, "empowerment.itemlist", row.pk) for row in lists if row.document_id]
    for document, item_list, policy in letters:
        found.append((document, "empowerment.itemlist", item_list))
        if policy is not None:
            found.append((document, "policy.policyversion", policy))
    found += [(document, "empowerment.claim", claim) for document, claim in lines]
    note_sources(apps, found)
    for row, after in zip(lists, lists[1:], strict=False):
        if row.document_id and after.district_id == row.district_id:
            note_superseded(
                apps,
                row.document_id,
                at=after.created_at,
                by=after.document_id,
                reason=f"公布清单第{after.number}版",
            )


class Migration(migrations.Migration):
    dependencies = [
        ("empowerment", "0002_power_periods"),
        ("documents", "0002_sources"),
        ("policy", "0001_initial"),
    ]

    operations = [migrations.RunPython(tell_sources, migrations.RunPython.noop)]
