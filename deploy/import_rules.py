"""An import-linter contract that names what a package may see, so that nothing slips in unnamed."""

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules


class OnlyContract(Contract):
    """The sources import themselves, what is allowed, and the standard library less what is denied."""

    type_name = "only"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.StringField())
    denied_standard = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        allowed = set(self.allowed_modules)  # type: ignore[call-overload]
        denied: set[str] = set(self.denied_standard or ())  # type: ignore[arg-type]
        broken: list[tuple[str, str, int]] = []
        for source in module_expressions_to_modules(graph, self.source_modules):  # type: ignore[arg-type]
            permitted = {source.name, *allowed}
            for importer in {source.name} | graph.find_descendants(source.name):
                for imported in graph.find_modules_directly_imported_by(importer):
                    root = imported.partition(".")[0]
                    standard = root in sys.stdlib_module_names and root not in denied
                    if not standard and not any(f"{imported}.".startswith(f"{name}.") for name in permitted):
                        details = graph.get_import_details(importer=importer, imported=imported)
                        broken.append((importer, imported, details[0]["line_number"] if details else 0))
        return ContractCheck(kept=not broken, metadata={"broken": sorted(broken)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported, line in check.metadata["broken"]:
            output.print_error(f"- {importer} -> {imported} (l.{line})", bold=False)
