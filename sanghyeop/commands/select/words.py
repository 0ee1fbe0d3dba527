"""What the command says, in Korean and English. (The web pages' words are in locale/, which needs Django.)"""

from __future__ import annotations

from sanghyeop.commands import words
from sanghyeop.commands.select.case import Points
from sanghyeop.commands.words import COMMON
from sanghyeop.engines.portfolio import VALUE_SCALE, Change, Explanation, Rule

WORDS: dict[str, tuple[str, str]] = COMMON | {
    # files
    "no_rows": ("제목 행만 있고 제안이 없습니다.", "There is a header but no proposal."),
    "toml": ("TOML 문법 오류입니다: {text}", "TOML syntax error: {text}"),
    "toml_quotes": (
        '한글 이름은 따옴표 안에 적으십시오: "{text}" = …',
        'A name in Korean must stand in quotes: "{text}" = …',
    ),
    "out_not_xlsx": ("--out 파일 이름은 .xlsx로 끝나야 합니다.", "The name after --out must end in .xlsx."),
    # columns and cells
    "not_a_whole_number": (
        "정수가 아닙니다: {text} (예: 3_500_000_000)",
        "Not a whole number: {text} (like 3_500_000_000)",
    ),
    "with_unit": ("원 단위의 숫자로 적으십시오: {text}", "Write the amount in won, in digits: {text}"),
    "too_fine": ("소수점 아래 넷째 자리까지만 됩니다: {text}", "At most four decimals: {text}"),
    "unknown_force": ("in, out 또는 빈칸이어야 합니다: {text}", "It must be in, out or empty: {text}"),
    # keys
    "unknown_key": ("모르는 항목입니다.", "Unknown key."),
    "missing_key": ("항목이 없습니다.", "The key is missing."),
    "not_a_table": ("이름과 수의 표여야 합니다.", "It must be a table of names and numbers."),
    "min_above_max": ("최소({min})가 최대보다 큽니다.", "The minimum ({min}) is above the maximum."),
    "no_weights": ("가중치가 모두 0입니다.", "All weights are 0."),
    "sum_too_large": (
        "모두 더한 값이 정확히 계산할 수 있는 한도를 넘습니다.",
        "The sum of all rows is beyond what can be reckoned exactly.",
    ),
    # warnings
    "unused_district": ("이 자치구의 제안이 없습니다.", "No proposal is from this district."),
    "no_ceiling": (
        "이 자치구는 예산이 적혀 있지 않아 한도 없이 다룹니다.",
        "No budget is given for this district: no ceiling.",
    ),
    "unused_field": ("이 분야의 제안이 없습니다.", "No proposal is in this field."),
    "unsolved": (
        "정해진 계산량 안에서 답을 찾지 못했습니다. 규칙을 줄여 보십시오.",
        "No answer was found within the work allowed; try fewer rules.",
    ),
    # clashing rules
    "infeasible": (
        "이 규칙을 모두 지키는 선정은 없습니다. 다음 규칙이 서로 부딪칩니다(하나만 풀어도 이 충돌은 사라집니다).",
        "No selection keeps all rules. These clash (without any one of them this clash is gone).",
    ),
    "clash_city_budget": ("시 예산 {limit:,}원", "city budget of {limit:,} won"),
    "clash_district_budget": ("{subject} 예산 {limit:,}원", "budget of {subject}, {limit:,} won"),
    "clash_projects_max": ("전체 최대 {limit}건", "at most {limit} projects"),
    "clash_per_district_max": ("{subject} 최대 {limit}건", "at most {limit} in {subject}"),
    "clash_districts_min": (
        "자치구 최소 {limit}곳(제안이 있는 곳 {found})",
        "at least {limit} districts ({found} have proposals)",
    ),
    "clash_field_min": (
        "분야 {subject} 최소 {limit}건(제안 {found}건)",
        "at least {limit} in {subject} ({found} proposed)",
    ),
    "clash_field_max": ("분야 {subject} 최대 {limit}건", "at most {limit} in {subject}"),
    "clash_group": ("묶음 {subject}에서 하나만", "at most one of group {subject}"),
    "clash_forced_in": ("{subject} 반드시 선정", "{subject} forced in"),
    "clash_forced_out": ("{subject} 반드시 제외", "{subject} forced out"),
    # why out
    "out_city_budget": ("시 예산이 {over:,}원 모자람", "city budget short by {over:,} won"),
    "out_district_budget": ("{subject} 예산이 {over:,}원 모자람", "budget of {subject} short by {over:,} won"),
    "out_projects_max": ("전체 {limit}건이 찼음", "all {limit} places are taken"),
    "out_per_district_max": ("{subject} {limit}건이 찼음", "the {limit} places of {subject} are taken"),
    "out_field_max": ("분야 {subject} {limit}건이 찼음", "the {limit} places of {subject} are taken"),
    "out_group": ("묶음 {subject}의 다른 사업이 선정됨", "another of group {subject} is in"),
    "out_forced_out": ("제외하도록 지정됨", "forced out"),
    "out_no_value": ("가치가 0이라 보탬이 없음", "adds no value"),
    "never": ("그 밖의 조건을 그대로 두면 들어올 수 없음", "cannot come in while all else stands"),
    # what would bring it in
    "by_score": ("점수 +{points}", "score +{points}"),
    "by_jobs": ("일자리 +{points}", "jobs +{points}"),
    "by_city_ask": ("시비 신청 -{amount:,}원", "city ask -{amount:,} won"),
    "by_district_ask": ("구비 신청 -{amount:,}원", "district ask -{amount:,} won"),
    "by_city_budget": ("시 예산 +{amount:,}원", "city budget +{amount:,} won"),
    "by_district_budget": ("{subject} 예산 +{amount:,}원", "budget of {subject} +{amount:,} won"),
    "by_lift_force": ("제외 지정을 풀면", "no longer forced out"),
    "or": (" 또는 ", " or "),
    "and": (" 그리고 ", " and "),
    "up_to": ("{change} (작아도 {least}은 필요)", "{change} (no less than {least})"),
    "perhaps": (
        "{change} 이상(최고 {scale}점까지 올려도 들어온다고 보장할 수 없음)",
        "{change} or more (even {scale}, the highest score, may not do)",
    ),
    "instead_of": (" (그때 빠지는 사업: {ids})", " ({ids} would leave)"),
    "once_free": ("제외 지정을 풀고 {change}", "no longer forced out, and {change}"),
    "not_by_itself": (
        "이 사업만 고쳐서는 들어오지 않음(최고 점수 {scale}점으로도 모자람)",
        "no change of this project alone brings it in (even the highest score, {scale}, is not enough)",
    ),
    "no_change": ("하나만 바꾸어서는 들어오지 않음", "no single change brings it in"),
    "beside_all": (
        "; 아무도 빼지 않고 넣으려면 {money}(force에 in을 적어 지정)",
        "; to have it beside all the others: {money} (and force = in)",
    ),
    "by_force": ("; 지정해서(force에 in) 넣으면 빠지는 사업: {ids}", "; if it is forced in, {ids} would leave"),
    # report
    "title_optimal": (
        "제안 {n}건 가운데 {k}건을 선정합니다. 가치 {objective}, 더 나은 선정이 없음을 증명했습니다.",
        "{k} of {n} proposals are selected. Value {objective}, proven optimal.",
    ),
    "title_feasible": (
        "제안 {n}건 가운데 {k}건을 선정합니다. 가치 {objective}, 더 나아도 {gap} 이내입니다.",
        "{k} of {n} proposals are selected. Value {objective}, within {gap} of the best possible.",
    ),
    "selected": ("선정", "Selected"),
    "rejected": ("탈락", "Rejected"),
    "by_district": ("자치구별", "By district"),
    "rules": ("규칙", "Rules"),
    "comparison": ("비교", "Comparison"),
    "id": ("id", "id"),
    "name": ("사업", "Project"),
    "district": ("자치구", "District"),
    "field": ("분야", "Field"),
    "score": ("점수", "Score"),
    "jobs": ("일자리", "Jobs"),
    "city_krw": ("시비(원)", "City (won)"),
    "district_krw": ("구비(원)", "District (won)"),
    "stays": ("유지율", "Stays"),
    "why": ("까닭", "Why"),
    "what_if": ("들어오려면", "What would bring it in"),
    "force": ("지정", "Forced"),
    "forced_in": ("선정", "in"),
    "cost_of_forcing": (
        "지정이 없을 때보다 가치가 {total} 줄었습니다(하나씩 풀면: {each}).",
        "What was forced costs {total} of value (each lifted by itself: {each}).",
    ),
    "projects": ("건수", "Projects"),
    "budget": ("예산(원)", "Budget (won)"),
    "spent": ("사용(원)", "Spent (won)"),
    "left": ("남음(원)", "Left (won)"),
    "city": ("시", "City"),
    "total": ("합계", "Total"),
    "none": ("없음", "none"),
    "and_rejected": (
        "… 그 밖에 {n}건(--out 또는 --json으로 모두 볼 수 있습니다)",
        "… and {n} more (all with --out or --json)",
    ),
    "top_of_list": (
        "점수가 높은 순서로 위에서부터 고르면 {k}건, 가치 {objective}: 이 선정의 {share}",
        "From the top of the list by score: {k} projects, value {objective}: {share} of this selection",
    ),
    "top_breaks": ("(지키지 못하는 규칙: {rules})", "(breaks: {rules})"),
    "way": ("방법", "Way"),
    "this_selection": ("이 선정", "This selection"),
    "list_way": ("점수순", "Top of the list"),
    "value": ("가치", "Value"),
    "share": ("비율", "Share"),
    "rule": ("항목", "Rule"),
    "limit": ("값", "Limit"),
    "weight_score": ("점수 가중치", "weight of the score"),
    "weight_jobs": ("일자리 가중치", "weight of the jobs"),
}


#: Changes that lie with the project itself.
OWN = ("value", "city_ask", "district_ask", "lift_force")


class Speaker(words.Speaker):
    """Says things of a selection in one language."""

    words = WORDS

    def clash(self, rule: Rule) -> str:
        return self(f"clash_{rule.code}", subject=rule.subject, limit=rule.limit, found=rule.found)

    def why(self, explanation: Explanation) -> str:
        """The rules that keep a project out."""
        parts = [
            self(f"out_{rule.code}", subject=rule.subject, limit=rule.limit, over=rule.found - rule.limit)
            for rule in explanation.kept_out_by
        ]
        return ", ".join(parts) or self("out_no_value")

    def change(self, change: Change, points: Points) -> str:
        """One change; ``points`` turns units of value into points of the score (or jobs)."""
        if change.code == "value":
            if not points.sure(change):
                least = self(f"by_{points.of}", points=plain(points.rounded(change.at_least)))
                return self("perhaps", change=least, scale=f"{points.scale:f}")
            text = self(f"by_{points.of}", points=plain(points.rounded(change.amount)))
            if not change.smallest:
                text = self("up_to", change=text, least=plain(points.rounded(change.at_least)))
            return text
        text = self(f"by_{change.code}", amount=change.amount, subject=change.subject)
        if change.and_value:
            text += self("and") + self(f"by_{points.of}", points=plain(points.rounded(change.and_value)))
        return text

    def what_if(self, explanation: Explanation, points: Points) -> str:
        """All changes that bring a project in, and who would leave: known of a higher score and a lifted force."""
        ids = ", ".join(explanation.displaces[:5]) + (" …" if len(explanation.displaces) > 5 else "")
        texts = []
        for change in filter(points.possible, explanation.changes):
            text = self.change(change, points)
            if ids and change.code in ("value", "lift_force"):
                text += self("instead_of", ids=ids)
            texts.append(text)
        if texts and self._forced_out(explanation):
            return self("once_free", change=self("or").join(texts))
        if texts and any(change.code in OWN for change in explanation.changes if points.possible(change)):
            return self("or").join(texts)
        # Nothing that its own people could change does, so who funds it is told what would.
        alone = self("not_by_itself", scale=f"{points.scale:f}") if explanation.changes else self("no_change")
        if texts:
            return alone + "; " + self("or").join(texts)
        money = [
            self(f"by_{rule.code}", amount=rule.found - rule.limit, subject=rule.subject)
            for rule in explanation.kept_out_by
            if rule.code in ("city_budget", "district_budget")
        ]
        if money and len(money) == len(explanation.kept_out_by):
            return alone + self("beside_all", money=self("and").join(money))
        return alone + (self("by_force", ids=ids) if ids else "")

    @staticmethod
    def _forced_out(explanation: Explanation) -> bool:
        """Whether its changes hold only once it is no longer forced out."""
        forced = any(rule.code == "forced_out" for rule in explanation.kept_out_by)
        return forced and not any(change.code == "lift_force" for change in explanation.changes)


def plain(units: int) -> str:
    """Ten-thousandths as a decimal without idle zeros: 12500 -> 1.25."""
    whole, rest = divmod(units, VALUE_SCALE)
    return f"{whole:,}" + (f".{rest:04d}".rstrip("0") if rest else "")
