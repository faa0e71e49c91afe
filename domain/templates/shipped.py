"""The five templates, by the slug that they are defined under when the first deal is opened in one."""

from collections.abc import Mapping

from domain.pipeline import DefinePipeline
from domain.templates.funnel import FUNNEL
from domain.templates.nodes import NODES
from domain.templates.path import PATH
from domain.templates.process import PROCESS
from domain.templates.standard import STANDARD

TEMPLATES: Mapping[str, DefinePipeline] = {
    template.pipeline: template for template in (STANDARD, PATH, PROCESS, FUNNEL, NODES)
}
