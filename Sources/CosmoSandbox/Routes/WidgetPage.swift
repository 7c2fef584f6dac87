/// The widget's page: one form, no foreign script or style.
enum WidgetPage {
    /// The page for one user.
    static func html(programs: [SandboxProgram], linked: [String: SandboxConnectionEvent]) -> String {
        let rows = programs.map { program in
            let link = linked[program.id]
            let inputs = program.fields.sorted { $0.key < $1.key }.map { field in
                let value = escape(link?.destinationAccount?[field.key] ?? "")
                let label = field.key == "destinationUserEmail" ? "E-mail" : "Member number"
                return #"<label>\#(label)\#(field.value ? " *" : "") "#
                    + #"<input data-field="\#(escape(field.key))" value="\#(value)"></label>"#
            }
            return """
                <fieldset data-program="\(escape(program.id))">
                <legend><label><input type="checkbox" class="linked"\(link == nil ? "" : " checked")> \
                \(escape(program.name))</label></legend>
                \(inputs.joined(separator: "\n"))
                <label>Parts <input type="number" class="parts" min="1" max="10000" value="\(link?.parts ?? 1)"></label>
                </fieldset>
                """
        }
        return document(
            body: """
                <h1>Where your rewards go</h1>
                <form id="choice">
                \(rows.joined(separator: "\n"))
                <button>Save</button> <output id="result"></output>
                </form>
                <script>\(script)</script>
                """)
    }

    /// A whole document around a body.
    static func document(body: String) -> String {
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Multibrand (sandbox)</title>
        <style>body{font:16px system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}
        fieldset{margin:0 0 1rem;border:1px solid #bbb;border-radius:.5rem}
        label{display:inline-block;margin:.25rem 1rem .25rem 0}</style>
        <body>
        \(body)
        </body></html>
        """
    }

    private static let script = """
        document.getElementById('choice').addEventListener('submit', async (event) => {
          event.preventDefault();
          const programs = [...document.querySelectorAll('fieldset')]
            .filter((set) => set.querySelector('.linked').checked)
            .map((set) => ({
              id: set.dataset.program,
              parts: Number(set.querySelector('.parts').value),
              account: Object.fromEntries([...set.querySelectorAll('[data-field]')]
                .map((input) => [input.dataset.field, input.value])),
            }));
          const token = new URLSearchParams(location.search).get('token');
          const answer = await fetch('/widget/multibrand/choice', {
            method: 'POST', headers: {'content-type': 'application/json'},
            body: JSON.stringify({token, programs}),
          });
          document.getElementById('result').textContent = answer.ok ? 'Saved.' : 'Not saved: ' + answer.status;
        });
        """

    private static func escape(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
