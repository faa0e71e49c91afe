"""The files of a Salesforce export, and what their columns are called in a data export and in Fivetran's tables."""

from interfaces.importing.crm.sheets import Subject

OPPORTUNITIES = Subject(
    "opportunities",
    frozenset({"opportunity", "opportunities"}),
    {
        "id": ("id", "opportunityid"),
        "name": ("name", "opportunityname"),
        "account": ("accountid",),
        "account_name": ("accountname",),
        "owner": ("ownerid", "opportunityowner", "owner"),
        "stage": ("stagename", "stage"),
        "probability": ("probability",),
        "closed": ("isclosed", "closed"),
        "won": ("iswon", "won"),
        "amount": ("amount",),
        "currency": ("currencyisocode",),
        "closes": ("closedate",),
        "created": ("createddate",),
        "created_by": ("createdbyid",),
        "changed": ("lastmodifieddate", "systemmodstamp", "fivetransynced"),
        "staged": ("laststagechangedate",),
        "source": ("leadsource",),
        "campaign": ("campaignid",),
        "type": ("type",),
        "next_step": ("nextstep",),
        "deleted": ("isdeleted",),
        "reason": ("reasonwonlostc", "wonlostreasonc", "closereasonc"),
        "loss_reason": (
            "lossreasonc",
            "lostreasonc",
            "closedlostreasonc",
            "reasonlostc",
            "lossreason",
            "lostreason",
        ),
    },
    key="id",
    needed=("id", "stage"),
)

HISTORY = Subject(
    "the opportunity history",
    frozenset({"opportunityhistory", "opportunityhistories"}),
    {
        "deal": ("opportunityid",),
        "id": ("id",),
        "at": ("createddate",),
        "by": ("createdbyid",),
        "stage": ("stagename",),
        "probability": ("probability",),
        "amount": ("amount",),
        "currency": ("currencyisocode",),
        "closes": ("closedate",),
        "deleted": ("isdeleted",),
    },
    key="deal",
    needed=("deal", "at", "stage"),
)

VERSIONS = Subject(
    "the versions of opportunities",
    HISTORY.files,
    {
        "deal": ("id",),
        "at": ("fivetranstart",),
        "name": ("name",),
        "account": ("accountid",),
        "owner": ("ownerid",),
        "stage": ("stagename",),
        "probability": ("probability",),
        "closed": ("isclosed",),
        "won": ("iswon",),
        "amount": ("amount",),
        "currency": ("currencyisocode",),
        "closes": ("closedate",),
        "source": ("leadsource",),
        "campaign": ("campaignid",),
        "type": ("type",),
        "next_step": ("nextstep",),
        "deleted": ("isdeleted",),
    },
    key="deal",
    needed=("deal", "at", "stage"),
)

FIELDS = Subject(
    "the history of fields",
    frozenset({"opportunityfieldhistory", "opportunityfieldhistories"}),
    {
        "deal": ("opportunityid",),
        "id": ("id",),
        "at": ("createddate",),
        "by": ("createdbyid",),
        "field": ("field",),
        "old": ("oldvalue",),
        "new": ("newvalue",),
    },
    key="deal",
    needed=("deal", "at", "field", "new"),
)

STAGES = Subject(
    "stages",
    frozenset({"opportunitystage", "opportunitystages"}),
    {
        "name": ("masterlabel", "apiname", "label"),
        "api": ("apiname",),
        "order": ("sortorder",),
        "probability": ("defaultprobability",),
        "closed": ("isclosed",),
        "won": ("iswon",),
    },
    key="name",
    needed=("name", "closed", "won"),
)

ACCOUNTS = Subject(
    "accounts",
    frozenset({"account", "accounts"}),
    {"id": ("id", "accountid"), "name": ("name", "accountname"), "industry": ("industry",)},
    key="id",
    needed=("id", "name"),
)

USERS = Subject(
    "users",
    frozenset({"user", "users"}),
    {
        "id": ("id", "userid"),
        "name": ("name", "fullname"),
        "first": ("firstname",),
        "last": ("lastname",),
    },
    key="id",
    needed=("id",),
)

CONTACTS = Subject(
    "contacts",
    frozenset({"contact", "contacts"}),
    {
        "id": ("id", "contactid"),
        "name": ("name", "fullname"),
        "first": ("firstname",),
        "last": ("lastname",),
        "title": ("title",),
        "email": ("email",),
        "phone": ("phone", "mobilephone"),
        "account": ("accountid",),
    },
    key="id",
    needed=("id",),
)

ROLES = Subject(
    "contact roles",
    frozenset({"opportunitycontactrole", "opportunitycontactroles"}),
    {
        "deal": ("opportunityid",),
        "id": ("id",),
        "contact": ("contactid",),
        "role": ("role",),
        "created": ("createddate",),
        "by": ("createdbyid",),
        "deleted": ("isdeleted",),
    },
    key="deal",
    needed=("deal", "contact"),
)

TASKS = Subject(
    "tasks",
    frozenset({"task", "tasks"}),
    {
        "deal": ("whatid",),
        "id": ("id",),
        "who": ("whoid",),
        "owner": ("ownerid",),
        "subject": ("subject",),
        "kind": ("tasksubtype",),
        "type": ("type",),
        "call": ("calltype",),
        "seconds": ("calldurationinseconds",),
        "due": ("activitydate",),
        "closed": ("isclosed",),
        "status": ("status",),
        "created": ("createddate",),
        "by": ("createdbyid",),
        "completed": ("completeddatetime",),
        "deleted": ("isdeleted",),
    },
    key="deal",
    needed=("deal", "id"),
)

EVENTS = Subject(
    "events",
    frozenset({"event", "events"}),
    {
        "deal": ("whatid",),
        "id": ("id",),
        "who": ("whoid",),
        "owner": ("ownerid",),
        "subject": ("subject",),
        "type": ("type",),
        "start": ("startdatetime", "activitydatetime", "activitydate"),
        "minutes": ("durationinminutes",),
        "child": ("ischild",),
        "created": ("createddate",),
        "by": ("createdbyid",),
        "deleted": ("isdeleted",),
    },
    key="deal",
    needed=("deal", "id", "start"),
)

SUBJECTS = (
    OPPORTUNITIES,
    HISTORY,
    VERSIONS,
    FIELDS,
    STAGES,
    ACCOUNTS,
    USERS,
    CONTACTS,
    ROLES,
    TASKS,
    EVENTS,
)

ABOUT_DEALS = tuple(each.name for each in (HISTORY, VERSIONS, FIELDS, ROLES, TASKS, EVENTS))
