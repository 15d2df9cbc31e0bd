"""The words around the filer's own on a printed application form."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FormLabels(BaseModel):
    """In one place, for those who mend them and for a matter that says it differently."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = "申报编号"
    status: str = "办理状态"
    submitted: str = "上报时间"
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
    portrait: str = "一寸照片"
    signing: str = "申报签章"
    opinions: str = "确认意见"
    authorities: str = "主管部门意见"
    # by party, and of an authority's stage
    opinion_of: dict[str, str] = {
        "person": "个人意见",
        "enterprise": "聘用企业意见",
        "former_enterprise": "原聘用企业意见",
        "new_enterprise": "新聘用企业意见",
        "contractor": "承包单位意见",
        "owner": "建设单位意见",
    }
    opinion_of_stage: str = "{stage}意见\n（{level}）"
    agreed: str = "同意。{who}已于 {at} 在线确认。"
    agreed_by_silence: str = "{who}逾期未答复，按规定视为同意。"
    declined: str = "不同意。{who}已于 {at} 在线答复，理由：{reason}"
    declined_by_silence: str = "{who}逾期未答复，按规定视为不同意。"
    timed_out: str = "{who}逾期未答复，申报已撤下。"
    personal_signature: tuple[str, ...] = ("本人（签字）",)
    enterprise_signature: tuple[str, ...] = ("负责人（签字）", "单位（盖章）")
    authority_signature: tuple[str, ...] = ("经办人（签字）", "负责人（签字）", "单位（公章）")
