"""Hold the SPARQL behind the CSV tables.

`$given` stands for the class that is asked about.
"""

from typing import Final

MORE_COLUMNS: Final = {
    "programs": {
        "state": "?row acp:serviceArea/acp:withinPlace* ?value . "
        "?value acp:placeType acpv:place-type_state",
    },
    "payments": {
        "condition_operator": "?row acp:hasPaymentCondition/acp:conditionOperator ?value",
        "target_domain": "?row acp:hasPaymentCondition/acp:hasTarget/acp:targetDomain ?value",
        "target_direction": "?row acp:hasPaymentCondition/acp:hasTarget/acp:targetDirection ?value",
    },
}
"""What lies one record further on, but is asked for in one table."""
COUNTS: Final = {
    "documents": {
        "passages": "?row acp:hasPassage ?value",
        "passages_modelled": "?row acp:hasPassage ?value . ?value acp:passageModelled true",
        "anomalies": "?row acp:hasAnomaly ?value",
    },
    "payers": {"programs": "?value acp:hasPayer ?row"},
    "provider_groups": {"programs": "?value acp:hasProviderGroup ?row"},
    "places": {"programs": "?value acp:serviceArea ?row"},
}
DECLARED: Final = """SELECT DISTINCT ?p WHERE {
  $given rdfs:subClassOf* ?super . ?p rdfs:domain ?super .
  FILTER(STRSTARTS(STR(?p), STR(acp:))) }"""
