"""The dates this app itself owes: nodes of plans (P47), answers to orders (P34), ends of documents (P44)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from .registry import DeadlineKind, register

PLAN_NODE = "plan_node"
ORDER_ANSWER = "order_answer"
VALIDITY = "policy_validity"


def _node_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("deadlines:plan-node", args=[key]) for key in ids}


def _delivery_links(ids: Sequence[int]) -> dict[int, str]:
    from .models import Delivery

    return {
        key: reverse("deadlines:order", args=[order])
        for key, order in Delivery.objects.filter(pk__in=ids).values_list("pk", "order_id")
    }


def _version_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("policy:version", args=[key]) for key in ids}


register(DeadlineKind(PLAN_NODE, "工作计划节点", "P47", "报告完成", _node_links))
register(DeadlineKind(ORDER_ANSWER, "答复督办", "P34", "答复整改情况", _delivery_links))
register(DeadlineKind(VALIDITY, "文件有效期", "P44", "修订或重新印发文件", _version_links, ahead=60))
