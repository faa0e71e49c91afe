"""The files of a HubSpot export, and what their columns are called there and in Fivetran's tables."""

from interfaces.importing.crm.sheets import Subject


def _property(*names: str) -> tuple[str, ...]:
    """A property, as the API calls it and as Fivetran does."""
    return (*names, *(f"property{name}" for name in names))


DEALS = Subject(
    "deals",
    frozenset({"deal", "deals"}),
    {
        "id": ("dealid", "recordid", "hsobjectid", "id"),
        "name": _property("dealname"),
        "pipeline": ("dealpipelineid", *_property("pipeline")),
        "stage": ("dealpipelinestageid", *_property("dealstage")),
        "owner": ("ownerid", *_property("hubspotownerid"), "dealowner"),
        "amount": _property("amount"),
        "currency": (*_property("dealcurrencycode"), "currency"),
        "closes": _property("closedate"),
        "created": (*_property("createdate"), "createdat"),
        "changed": (*_property("hslastmodifieddate"), "lastmodifieddate", "updatedat", "fivetransynced"),
        "lost_reason": _property("closedlostreason"),
        "won_reason": _property("closedwonreason"),
        "type": _property("dealtype"),
        "source": (*_property("hsanalyticssource"), "originalsourcetype", "originaltrafficsource"),
        "next_step": (*_property("hsnextstep"), "nextstep"),
        "company": ("associatedcompanyids",),
        "company_name": ("associatedcompany", "associatedcompanynames"),
        "won": (*_property("hsisclosedwon"), "isclosedwon"),
        "lost": (*_property("hsisclosedlost"), "isclosedlost"),
        "deleted": ("isdeleted", "archived"),
    },
    key="id",
    needed=("id",),
    families={
        "entered": (
            *_property("hsv2dateentered", "hsdateentered"),
            "dateentered",
        )
    },
)

HISTORY = Subject(
    "the history of properties",
    frozenset({"dealpropertyhistory", "dealspropertyhistory", "propertyhistory"}),
    {
        "deal": ("dealid", "recordid", "objectid"),
        "name": ("name", "property", "propertyname"),
        "at": ("timestamp", "changedate", "updatedat", "date"),
        "value": ("value", "propertyvalue", "newvalue"),
    },
    key="deal",
    needed=("deal", "name", "at", "value"),
)

STAGE_HISTORY = Subject(
    "the history of stages",
    frozenset({"dealstage", "dealstages", "dealstagehistory"}),
    {
        "deal": ("dealid",),
        "at": ("dateentered", "fivetranstart"),
        "value": ("value", "stageid"),
    },
    key="deal",
    needed=("deal", "at", "value"),
)

PIPELINES = Subject(
    "pipelines",
    frozenset({"dealpipeline", "dealpipelines", "pipeline", "pipelines"}),
    {"id": ("pipelineid", "id"), "label": ("label", "name"), "order": ("displayorder",)},
    key="id",
    needed=("id", "label"),
)

STAGES = Subject(
    "stages",
    frozenset({"dealpipelinestage", "dealpipelinestages", "pipelinestage", "pipelinestages"}),
    {
        "id": ("stageid", "id"),
        "pipeline": ("pipelineid",),
        "label": ("label", "name"),
        "order": ("displayorder",),
        "probability": ("probability", "metadataprobability"),
        "closed": ("isclosed", "metadataisclosed"),
        "won": ("closedwon",),
        "deleted": ("fivetrandeleted", "archived"),
    },
    key="id",
    needed=("id", "pipeline"),
)

OWNERS = Subject(
    "owners",
    frozenset({"owner", "owners"}),
    {"id": ("ownerid", "id"), "first": ("firstname",), "last": ("lastname",)},
    key="id",
    needed=("id",),
)

COMPANIES = Subject(
    "companies",
    frozenset({"company", "companies"}),
    {
        "id": ("companyid", "recordid", "id"),
        "name": (*_property("name"), "companyname"),
        "industry": _property("industry"),
    },
    key="id",
    needed=("id", "name"),
)

DEAL_COMPANIES = Subject(
    "companies of deals",
    frozenset({"dealcompany", "dealcompanies"}),
    {"deal": ("dealid",), "company": ("companyid",)},
    key="deal",
    needed=("deal", "company"),
)

CONTACTS = Subject(
    "contacts",
    frozenset({"contact", "contacts"}),
    {
        "id": ("contactid", "recordid", "vid", "id"),
        "first": _property("firstname"),
        "last": _property("lastname"),
        "title": _property("jobtitle"),
        "email": _property("email"),
        "phone": (*_property("phone"), "phonenumber"),
        "company": (*_property("company"), "companyname"),
    },
    key="id",
    needed=("id",),
)

DEAL_CONTACTS = Subject(
    "contacts of deals",
    frozenset({"dealcontact", "dealcontacts"}),
    {"deal": ("dealid",), "contact": ("contactid",)},
    key="deal",
    needed=("deal", "contact"),
)

MERGES = Subject(
    "merged deals",
    frozenset({"mergeddeal", "mergeddeals"}),
    {"deal": ("dealid",), "merged": ("mergeddealid",)},
    key="deal",
    needed=("deal", "merged"),
)

SUBJECTS = (
    DEALS,
    HISTORY,
    STAGE_HISTORY,
    PIPELINES,
    STAGES,
    OWNERS,
    COMPANIES,
    DEAL_COMPANIES,
    CONTACTS,
    DEAL_CONTACTS,
    MERGES,
)

ABOUT_DEALS = tuple(each.name for each in (HISTORY, STAGE_HISTORY, DEAL_COMPANIES, DEAL_CONTACTS, MERGES))
