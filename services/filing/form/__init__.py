"""The printed application form 申报表, the same for every matter."""

from __future__ import annotations

from services.filing.form.print import ApplicationPrint, AttachmentLine, Opinion
from services.filing.form.render import render_application

__all__ = ["ApplicationPrint", "AttachmentLine", "Opinion", "render_application"]
