"""What the command says, in Korean and English."""

from __future__ import annotations

from sanghyeop.commands import words
from sanghyeop.commands.words import COMMON

WORDS: dict[str, tuple[str, str]] = COMMON | {
    # files
    "no_rows": ("제목 행만 있고 내용이 없습니다.", "There is a header but no row."),
    "out_ending": (
        "--out 파일 이름은 .csv, .xlsx, .parquet 가운데 하나로 끝나야 합니다.",
        "The name after --out must end in .csv, .xlsx or .parquet.",
    ),
    "too_long_for_xlsx": (
        "엑셀 파일에는 {most:,}명까지만 들어갑니다. .csv나 .parquet로 저장하십시오.",
        "A workbook holds {most:,} rows at most; write .csv or .parquet.",
    ),
    # cells
    "id_again": ("{first}행에 이미 있습니다: {text}", "This is in row {first} already: {text}"),
    "unknown_position": ("없는 직무입니다: {text}", "There is no such position: {text}"),
    "unknown_applicant": ("없는 신청자입니다: {text}", "There is no such applicant: {text}"),
    "position_again": ("같은 직무를 두 번 적었습니다: {text}", "The same position twice: {text}"),
    "pair_again": (
        "이 신청자와 직무의 점수가 앞에 이미 있습니다: {text}",
        "The points of this applicant at this position were given before: {text}",
    ),
    "bad_reserved": (
        "'집단:자리 수' 꼴이어야 합니다(예: senior:2;youth:1): {text}",
        "It must be like group:seats (senior:2;youth:1): {text}",
    ),
    "group_again": ("같은 집단을 두 번 적었습니다: {text}", "The same group twice: {text}"),
    "reserved_above_quota": (
        "우선 배정 자리({n:,})가 모집 인원({most:,})보다 많습니다.",
        "More seats are reserved ({n:,}) than the quota has ({most:,}).",
    ),
    "several_groups": (
        "한 사람은 한 집단에만 속할 수 있습니다: {text}",
        "An applicant can be of one group only: {text}",
    ),
    "unknown_group": (
        "이 집단의 신청자가 없습니다. 이름을 고치거나 빼십시오: {text}",
        "No applicant is of this group; mend its name or take it out: {text}",
    ),
    "no_group_column": (
        "우선 배정 자리가 있으나 신청자 파일에 group 열이 없습니다: {text}",
        "Seats are reserved, but the applicants have no column 'group': {text}",
    ),
    "no_points": (
        "신청자 {applicant}의 직무 {position} 점수가 없습니다(score 칸도 비어 있음).",
        "Applicant {applicant} has no points for position {position}, and no score of their own.",
    ),
    "bad_seed": ("--seed는 0 이상의 정수여야 합니다.", "--seed must be a whole number from 0."),
    # notes
    "not_chosen": (
        "지원하지 않은 직무의 점수 {n:,}행은 쓰지 않습니다.",
        "{n:,} rows of positions that the applicant did not choose are not used.",
    ),
    "no_choices": ("지원한 직무가 없는 신청자가 {n:,}명입니다.", "{n:,} applicants name no position."),
    "group_without_seats": (
        "우선 배정 자리가 없는 집단입니다: {text}",
        "No seats are reserved for these groups: {text}",
    ),
    # report
    "title": (
        "신청자 {n:,}명, 직무 {m:,}개: {placed:,}명을 배치하고 {unplaced:,}명은 자리가 없습니다.",
        "{n:,} applicants, {m:,} positions: {placed:,} are placed, {unplaced:,} are not.",
    ),
    "ranks": (
        "1지망 {first:,}명(배치된 사람의 {share}), 평균 {mean}지망",
        "{first:,} got their first choice ({share} of the placed); mean rank {mean}",
    ),
    "reserved_seats": (
        "우선 배정 자리 {reserved:,}개 가운데 {taken:,}개를 그 집단이 채웠습니다.",
        "{taken:,} of {reserved:,} reserved seats are held by their group.",
    ),
    "seed": ("추첨 씨앗값 {seed}", "Lottery seed {seed}"),
    "proof": ("검증", "Proof"),
    "count_pairs": (
        "자기 자리보다 원하는 직무: 살펴본 (신청자, 직무) 쌍",
        "Pairs looked at: a position that an applicant prefers to the own one",
    ),
    "count_empty_seat": ("그 직무에 빈자리가 있음", "… where the position has a seat left"),
    "count_fewer_points": ("그 직무가 점수가 낮은 사람을 뽑음", "… where it took someone with fewer points"),
    "count_reserved_seat": ("우선 배정 자리의 권리를 받지 못함", "… where a right to a reserved seat was passed over"),
    "count_by_reserve": (
        "(잘못 아님) 우선 배정으로 점수가 낮은 사람이 앉음",
        "(no fault) … where someone with fewer points sits by right of a reserve",
    ),
    "count_over_quota": ("모집 인원을 넘긴 직무", "Positions over their quota"),
    "holds": (
        "증명했습니다: 뒤집을 수 있는 쌍이 없습니다.",
        "Proven: no pair could do better together (the placement is stable).",
    ),
    "fails": ("검증에 실패했습니다. 이 결과를 쓰지 마십시오.", "The proof failed; do not use this result."),
    "placed": ("배치", "Placed"),
    "applicant": ("신청자", "Applicant"),
    "position": ("직무", "Position"),
    "rank": ("지망", "Rank"),
    "and_placed": ("… 그 밖에 {n:,}명(--out으로 모두 씁니다)", "… and {n:,} more (all with --out)"),
}


class Speaker(words.Speaker):
    """Says things of a placement in one language."""

    words = WORDS
