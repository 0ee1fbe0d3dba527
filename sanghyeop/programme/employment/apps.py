from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "sanghyeop.programme.employment"
    label = "employment"

    def ready(self) -> None:
        from sanghyeop.programme.employment.queries import on_payroll, payroll_of
        from sanghyeop.programme.spending.queries import ON_PAYROLL, PAYROLLS

        ON_PAYROLL.append(on_payroll)  # whose wages come from contracts, and are not entered as payments too
        PAYROLLS.append(payroll_of)  # a settlement waits for months that are not closed
