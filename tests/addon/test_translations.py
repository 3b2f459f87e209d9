"""The translation files say everything the installed module says, in the words we agreed on."""

import re
from collections import Counter
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

MODULE = "customer_segmentation"
REPAIR = "Run `python -m dev.translations DB` on a database with the addon and complete zh_CN.po."
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|</?\w+[^>]*?(?=\s(?:aria-label|title)=|/?>)|\{\{.+?(?=\|\|\||\}\})")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# Words a Chinese user knows by these letters.
LATIN = {"ABC", "Python", "SciPy", "CRM", "CSV", "Excel", "FM", "ID", "Odoo", "RFM", "VIP", "CLV"}
CHINESE = r"[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{CHINESE}[,;:?!(]|[,;:?!)]{CHINESE}|{CHINESE}\.(?:\s|$)")
IN_CODE = re.compile(r"""\b_\(\s*"([^"]*)\"""")
# What is never said, and what is said instead.
FORBIDDEN = {
    "政策": "分群规则",
    "剧本": "跟进策略",
    "策略规则": "分群规则",
    "细分": "分群",
    "分割": "分群",
    "画像": "分群档案",
    "方案": "分群模型",
    "运行记录": "计算记录",
    "重算": "重新计算",
    "切点": "分界值",
    "截断": "分界值",
    "近度": "最近一次消费",
    "频度": "消费频率",
    "业务员": "销售员",
    "销售人员": "销售员",
    "采购": "购买",
    "营收": "销售额",
    "货币": "币别",
    "分支机构": "分公司",
    "你的": "您的",
    "收入": "销售额",
    "评定": "评审",
    "复核": "评审",
    "经理": "管理员",
    "节奏": "下单规律",
    "退款单": "退款通知",
    "关注者": "粉丝",
    "未结的报价单": "未成交报价单",
    "首选联系方式": "常用沟通渠道",
    "手动": "人工",
    "手工": "人工",
    "位客户": "个客户",
    "张订单": "笔订单",
}
OF_PAYMENTS = "逾期"  # an order that did not come is 超期未下单
# Odoo's own page of a contact; fine steps, not segmentation.
ALLOWED = (
    "销售与采购",
    "细分档次",
    "object._file_name()",
    "object.name",
    "[('city', '=', 'Berlin')]",
    "ISO",
    "Asia/Shanghai",
    "Azure Interior",
    "pip install scipy",
    "客户画像",  # the printed sheet
    "object.env['report.customer_segmentation_dashboard.customer_portrait']._file_name(object)",
    "object.env['report.customer_segmentation_dashboard.customer_portrait']._file_name(object.partner_id)",
    "month:2026-04-01",
    "quarter:2026-04-01",
    "2026-03-31:lifecycle_stage=lost",
)
SEGMENTS = {
    "Champions": "核心客户",
    "Loyal": "忠诚客户",
    "Potential Loyalist": "潜力忠诚客户",
    "New": "新客户",
    "Promising": "待培育客户",
    "Need Attention": "待关注客户",
    "About to Sleep": "即将沉睡客户",
    "At Risk": "流失风险客户",
    "Can't Lose Them": "重点挽留客户",
    "Hibernating": "沉睡客户",
    "Lost": "流失客户",
    "Important Value": "重要价值客户",
    "Important Development": "重要发展客户",
    "Important Retention": "重要保持客户",
    "Important Win-back": "重要挽留客户",
    "General Value": "一般价值客户",
    "General Development": "一般发展客户",
    "General Retention": "一般保持客户",
    "General Win-back": "一般挽留客户",
}
STAGES = {
    "prospect": "Prospect",
    "new": "Newcomer",
    "active": "Active",
    "mature": "Established",
    "at_risk": "Slipping",
    "dormant": "Silent",
    "lost": "Gone",
    "returning": "Returned",
}
STAGES_ZH = {
    "prospect": "潜在期",
    "new": "新客期",
    "active": "活跃期",
    "mature": "成熟期",
    "at_risk": "预警期",
    "dormant": "沉睡期",
    "lost": "流失期",
    "returning": "回流期",
}


class TranslationChecks:
    """What holds for the translation files of each addon."""

    addon = MODULE
    at_least = 500  # terms
    knows_payments = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.flush_all()
        cls.exported = {
            (source, _place(kind, name, place))
            for _module, kind, name, place, source, _value, _comments in TranslationModuleReader(cls.cr, [cls.addon])
        }
        folder = Path(__file__).parents[2] / cls.addon / "i18n"
        cls.template = polib.pofile(str(folder / f"{cls.addon}.pot"))
        cls.chinese = polib.pofile(str(folder / "zh_CN.po"))

    def test_template_is_up_to_date(self):
        template = _terms(self.template)
        self.assertGreater(len(template), self.at_least)
        self.assertFalse(_sorted(self.exported - template), f"not in the .pot. {REPAIR}")
        gone = {term for term in template - self.exported if self._is_of_this_database(term)}
        self.assertFalse(_sorted(gone), f"in the .pot, but not in the module any more. {REPAIR}")

    def _is_of_this_database(self, term):
        """Whether a term is no field that a model of another addon inherits from one of this: its name is kept here."""
        name = re.search(r"\.(?:field_|selection__)(\w+?)__\w+$", str(term[1]))
        return not name or any(model.replace(".", "_") == name[1] for model in self.env.registry)

    def test_every_term_is_translated(self):
        translated = _terms(entry for entry in self.chinese if entry.translated())
        self.assertFalse(_sorted(self.exported - translated), f"not translated. {REPAIR}")
        self.assertFalse([entry.msgid for entry in self.chinese if entry.fuzzy or entry.obsolete])
        self.assertEqual([entry.msgid for entry in self.chinese], [entry.msgid for entry in self.template])

    def test_no_term_twice(self):
        keys = Counter((entry.msgctxt, entry.msgid) for entry in self.chinese)
        self.assertFalse([key for key, count in keys.items() if count > 1])

    def test_placeholders_and_tags_are_kept(self):
        for entry in self.chinese:
            with self.subTest(source=entry.msgid):
                self.assertEqual(_placeholders(entry.msgstr), _placeholders(entry.msgid))

    def test_words(self):
        for entry in self.chinese:
            text = _visible(entry.msgstr)
            for phrase in ALLOWED:
                text = text.replace(phrase, "")
            with self.subTest(source=entry.msgid, translation=text):
                for word, instead in FORBIDDEN.items():
                    self.assertNotIn(word, text, f"say {instead}")
                self.assertFalse(set(LATIN_WORD.findall(text)) - LATIN, "still English")
                self.assertNotRegex(text, r"\d +%", "no blank before the sign")
                if not self.knows_payments:
                    self.assertNotIn(OF_PAYMENTS, text)
                self.assertNotRegex(text, HALF_WIDTH, "Chinese takes full-width punctuation")

    def test_no_text_is_too_short_for_the_template(self):
        """Odoo leaves texts without two letters or digits out of it, so that they stay English."""
        folder = Path(__file__).parents[2] / self.addon
        for file in folder.rglob("*.py"):
            for text in IN_CODE.findall(file.read_text()):
                with self.subTest(file=file.name, text=text):
                    self.assertGreater(len(re.sub(r"\W+", "", text)), 1)

    def test_no_names_and_paths(self):
        for file in (self.template, self.chinese):
            self.assertEqual(file.metadata["Project-Id-Version"], "Odoo Server 19.0")
            self.assertFalse(file.metadata["Last-Translator"])
            self.assertNotIn("@", "".join(file.metadata.values()) + file.header)
        self.assertEqual(self.chinese.metadata["Language"], "zh_CN")


@tagged("post_install", "-at_install")
class TestTranslations(TranslationChecks, TransactionCase):
    def test_segments_and_stages_in_the_database(self):
        """No word is a segment here and a stage there."""
        named = self.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "customer.segment")])
        segments = self.env["customer.segment"].browse(named.mapped("res_id"))
        chinese = {segment.name: segment.with_context(lang="zh_CN").name for segment in segments}
        self.assertEqual(chinese, SEGMENTS)
        profiles = self.env["customer.segmentation.profile"]
        for lang, stages in (("en_US", STAGES), ("zh_CN", STAGES_ZH)):
            field = profiles.with_context(lang=lang).fields_get(["lifecycle_stage"])["lifecycle_stage"]
            self.assertEqual(dict(field["selection"]), stages)
        self.assertFalse(set(STAGES.values()) & set(chinese) or set(STAGES_ZH.values()) & set(chinese.values()))


def _place(kind, name, place):
    """Where a term is used, as translation files say it."""
    return f"code:{name}" if kind == "code" else f"{kind}:{name}:{place}"


def _terms(entries):
    return {(entry.msgid, place) for entry in entries for place, _line in entry.occurrences}


def _sorted(terms):
    return sorted({source for source, _place_of_use in terms})


def _placeholders(text):
    return Counter(PLACEHOLDER.findall(text))


def _visible(text):
    """What a reader sees: without placeholders and tags, but with the texts inside of them."""
    spoken = re.findall(r'(?:aria-label|title)="([^"]*)"', text)
    return " ".join([re.sub(r"%\(\w+\)[sd]|%[sd]|<[^>]*>|\{\{.+?(?=\|\|\||\}\})", "", text), *spoken])
