"""The words around the filer's own on a printed application form."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FormLabels(BaseModel):
    """In one place, for those who mend them and for a matter that says it differently."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = "申报编号"
    status: str = "办理状态"
    printed: str = "打印时间"
    attachments: str = "附件清单"
    attachment_columns: tuple[str, str, str, str, str] = (
        "序号",
        "材料名称",
        "文件名",
        "大小",
        "文件摘要（SHA-256）",
    )
    no_attachments: str = "（未上传附件）"
    commitment: str = "承诺"
    accepted: str = "已于 {at} 阅读并接受以上承诺。"
    not_accepted: str = "尚未接受以上承诺。"
    date_line: str = "年　　月　　日"
    draft: str = "草　稿"
    draft_note: str = "本表为草稿，尚未上报，不作为申报依据。"
    page: str = "第 {page} 页　共 {pages} 页"
    portrait: str = "照片"
