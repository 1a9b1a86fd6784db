"""Hold how properties read from value to thing, where "is ... of" would not do."""

from typing import Final

INVERSES: Final = {
    "affiliatedWith": "has affiliated workers",
    "alignedWith": "is aligned with",
    "claimOf": "has its series counted in",
    "claimScope": "is the scope of",
    "claimWithin": "is what is compared in",
    "compensatesFor": "is compensated by",
    "countedFor": "is counted in",
    "coveredBy": "covers the people of",
    "coversPlace": "is covered by",
    "dataFrom": "supplies data in",
    "dataTo": "receives data in",
    "describedIn": "describes",
    "employedBy": "employs",
    "groupOf": "has practitioners",
    "inAdditionTo": "is added to by",
    "ledBy": "leads",
    "member": "takes part through",
    "memberOfTeam": "has members",
    "organization": "has participation",
    "paidBy": "pays",
    "paidTo": "is paid through",
    "performedBy": "performs",
    "receivingCareFrom": "gives care to the people of",
    "serviceArea": "is served by",
    "servesPatientsWith": "is a need served by",
    "targetsCondition": "is targeted by",
    "usesData": "is used in",
    "withinPlace": "contains",
}
