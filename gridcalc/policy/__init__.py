"""Regional rule packs: limits, thresholds, deadlines and payers, each with its clause."""

from gridcalc.policy.comparing import RuleDifference, compare, pack_json, rule_json
from gridcalc.policy.loading import ids_meant, ids_of_title, list_policies, load_policy
from gridcalc.policy.payers import PAYERS, PayerScope, payer_rule, payer_shares
from gridcalc.policy.permits import permit_classes
from gridcalc.policy.records import PolicyPack, Rule
from gridcalc.policy.schema import PermitClass, PolicyFile

__all__ = [
    "PAYERS",
    "PayerScope",
    "PermitClass",
    "PolicyFile",
    "PolicyPack",
    "Rule",
    "RuleDifference",
    "compare",
    "ids_meant",
    "ids_of_title",
    "list_policies",
    "load_policy",
    "pack_json",
    "payer_rule",
    "payer_shares",
    "permit_classes",
    "rule_json",
]
