/** For paper first: A4, black on white, no colour carries a meaning alone. */
export const STYLE = `
@page { size: A4; margin: 14mm 12mm 16mm; }
* { box-sizing: border-box; }
body { font: 10pt/1.4 "Inter", "Segoe UI", system-ui, sans-serif; color: #1a1d21; background: #fff; max-width: 190mm; margin: 0 auto; padding: 8mm 4mm; }
header { border-bottom: 2px solid #1a1d21; margin-bottom: 5mm; padding-bottom: 3mm; }
h1 { font-size: 20pt; margin: 0; line-height: 1.15; } .sub { font-size: 12pt; margin: 1mm 0 2mm; color: #444b53; }
h2 { font-size: 12pt; margin: 6mm 0 0.5mm; break-after: avoid; } h3 { font-size: 10.5pt; margin: 4mm 0 1mm; }
.intro { margin: 0 0 1.5mm; color: #555d66; font-size: 9pt; break-after: avoid; }
.state { margin: 0; padding: 1.5mm 2.5mm; border-left: 4px solid #8a6d00; background: #fbf6e6; font-size: 9.5pt; } .state.frozen { border-color: #2c6e3f; background: #eef6f0; }
table { width: 100%; border-collapse: collapse; font-size: 8.5pt; } thead { display: table-header-group; } tr { break-inside: avoid; }
th { text-align: left; font-weight: 600; border-bottom: 1px solid #9aa2ab; padding: 1mm 1.5mm; vertical-align: bottom; } td { border-bottom: 1px solid #e2e5e9; padding: 1mm 1.5mm; vertical-align: top; overflow-wrap: break-word; }
.n { text-align: right; font-variant-numeric: tabular-nums; } td.n, td.k, .d { white-space: nowrap; } td.s { min-width: 44mm; } td.w { min-width: 38mm; }
.m { font-size: 7.5pt; } .m th, .m td { padding: 1mm; } .m td.s { min-width: 32mm; } .m td.w { min-width: 27mm; }
td.good { color: #2c6e3f; } td.warn { color: #8a5a00; font-weight: 600; } td.bad { color: #b00020; font-weight: 600; } td.none { color: #5a3d8a; font-weight: 600; }
.more { margin: 1mm 0 0; font-size: 8.5pt; color: #555d66; } .empty { margin: 0; color: #2c6e3f; } .notice { font-size: 8.5pt; color: #8a5a00; margin: 1mm 0 0; }
dl { font-size: 8.5pt; margin: 1mm 0; } dt { font-weight: 600; margin-top: 1.5mm; } dd { margin: 0; } .formula { color: #555d66; }
nav { display: flex; flex-wrap: wrap; gap: 1mm 3mm; font-size: 8.5pt; margin-bottom: 3mm; } nav span { color: #555d66; } a { color: #1f4f9a; }
footer { margin-top: 8mm; border-top: 1px solid #9aa2ab; padding-top: 2mm; font-size: 8pt; color: #555d66; }
@media print { nav { display: none; } body { padding: 0; } }
`.replace(/\n/g, ' ').trim();
