"""Where a visit of the private rooms begins."""

from typing import Any

from caps_sheets.models import ReviewGrid
from tests.factories.interviews import make_grid
from tests.security.departure_world import EXPIRED, World


def places(world: World) -> dict[str, dict[str, Any]]:
    """name of the URL → what its address says; every one of the rooms."""
    clsm, draft = {"clsm_pk": world.clsm.pk}, {"clsm_pk": world.clsm.pk, "pk": world.draft.pk}
    case, meeting = {"pk": world.case_file.pk}, {"pk": world.interview.pk}
    page, grid = {"page_id": world.case_file.sheet_id}, {"pk": make_grid().pk}
    known: list[tuple[dict[str, Any], str]] = [
        (clsm, "space_home space_confirm space_mark_read space_handover space_handover_cancel"),
        (clsm, "census_list census_new network_coordination:detail network_coordination:invite"),
        (draft, "census_answer census_autosave census_check census_delete"),
        (draft | {"key": "action"}, "census_step"),
        (clsm | {"pk": world.action.pk}, "census_next"),
        ({"pk": world.document.pk}, "census_document"),
        (clsm | {"round_pk": world.round.pk}, "proofreading"),
        (clsm | {"pk": world.case_file.sheet_id}, "propose_reuse"),
        ({}, "capitalisation_board capitalisation_cases capitalisation_cases_results capitalisation_figures"),
        ({"answer_pk": world.action.pk}, "capitalisation_open_case"),
        (case, "capitalisation_case capitalisation_case_details capitalisation_case_owner"),
        (case, "capitalisation_case_framing"),
        (case | {"action": "revenir"}, "capitalisation_case_move"),
        ({"case_pk": world.case_file.pk}, "interview_plan interview_draft"),
        (meeting, "interview interview_edit interview_delete interview_close interview_reopen interview_answers"),
        (meeting, "interview_consent interview_consent_text interview_withdraw interview_analysis"),
        (meeting, "interview_add_file"),
        ({"uuid": world.file.uuid}, "interview_file interview_file_date interview_file_review"),
        ({"uuid": world.file.uuid}, "interview_file_delete interview_file_accesses"),
        ({}, "interview_grids:index interview_grids:index_results review_grids:add"),
        (grid, "interview_grid_copy interview_grid_use"),
        (grid, "interview_grids:edit interview_grids:delete interview_grids:inspect"),
        (page, "review_grid safe_messaging override_agreement"),
        ({"pk": ReviewGrid.objects.get().pk}, "review_grids:edit"),
        ({}, "proofreading_rounds census_batch census_batch_confirm census_import"),
        ({"round_pk": world.round.pk}, "proofreading_round"),
        ({"link_pk": world.links[EXPIRED].pk}, "proofreading_revoke"),
        ({"instance_pk": world.action.pk}, "recensement_modeladmin_inspect"),
        ({"pk": world.case_file.sheet_id}, "sheet_life"),
        ({"pk": world.clsm.pk}, "merge_clsm split_clsm"),
        ({}, "person_data person_export person_erase"),
        ({}, "network_coordination:index network_coordination:index_results"),
        ({"pk": world.post.pk}, "network_coordination:end"),
        ({"pk": world.invitation.pk}, "network_coordination:resend network_coordination:revoke"),
        ({"pk": world.claim.pk}, "network_coordination:accept_claim network_coordination:refuse_claim"),
    ]
    return {name: kwargs for kwargs, names in known for name in names.split()}
