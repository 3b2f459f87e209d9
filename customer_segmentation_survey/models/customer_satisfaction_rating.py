"""How satisfied a customer is, 1 to 5, as a survey says it: from one question, or from the score of all."""

from odoo import api, models
from odoo.tools.float_utils import float_round

BEST = 5
WORDS = ("text_box", "char_box")


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    def _satisfaction_question(self):
        """The first question with a scale, else the first choice whose answers have different scores."""
        questions = self.question_ids.filtered(lambda question: question._tells_satisfaction())
        return (questions.filtered(lambda question: question.question_type == "scale") or questions)[:1]

    def _can_tell_satisfaction(self):
        return bool(self._satisfaction_question()) or self.scoring_type != "no_scoring"


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    def _tells_satisfaction(self):
        if self.question_type == "scale":
            return True
        return self.question_type == "simple_choice" and len(set(self.suggested_answer_ids.mapped("answer_score"))) > 1


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _satisfaction(self, question):
        """1 to 5, None when the customer left it out.

        :param question: the one that tells; none: the score of the whole survey does
        """
        if not question:
            scored = self.survey_id.scoring_type != "no_scoring" and self.user_input_line_ids.filtered("answer_type")
            return _scaled(self.scoring_percentage, 0, 100) if scored else None
        line = self.user_input_line_ids.filtered(lambda line: line.question_id == question and not line.skipped)
        if question.question_type == "scale":
            line = line.filtered(lambda line: line.answer_type == "scale")[:1]
            return _scaled(line.value_scale, question.scale_min, question.scale_max) if line else None
        choice = line.suggested_answer_id[:1]
        scores = question.suggested_answer_ids.mapped("answer_score")
        return _scaled(choice.answer_score, min(scores), max(scores)) if choice and len(set(scores)) > 1 else None

    @api.model
    def _typed_in(self, line):
        return line.value_text_box or line.value_char_box

    def _comment(self):
        """What the customer wrote, in one line."""
        lines = self.user_input_line_ids.filtered(lambda line: line.answer_type in WORDS and not line.skipped)
        texts = (" ".join((self._typed_in(line) or "").split()) for line in lines.sorted("question_sequence"))
        return " / ".join(text for text in texts if text)


def _scaled(value, lowest, highest):
    """From any scale to 1 … 5, halves up."""
    part = min(max((value - lowest) / (highest - lowest), 0), 1)
    return 1 + int(float_round(part * (BEST - 1), precision_digits=0))
