"""The look of the report's page: one column, readable on a phone and on paper."""

STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{font:17px/1.55 "DejaVu Sans","Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;
color:#1a1a1a;background:#fff;max-width:60rem;margin:0 auto;padding:1rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 .6rem}
h2{font-size:1.35rem;margin:2.4rem 0 .6rem;padding-bottom:.2rem;border-bottom:2px solid #0072b2}
h3{font-size:1.08rem;line-height:1.35;margin:1.4rem 0 .4rem}
.kind,.source,.note,figcaption,small{color:#555}
.kind{margin:0;font-weight:600}
.answer{font-size:1.2rem;font-weight:600;border-left:6px solid #0072b2;padding:.5rem 0 .5rem 1rem}
.note{font-size:.92rem}
.wide{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;width:100%;min-width:38rem;font-size:.92rem}
caption{text-align:left;font-weight:600;padding-bottom:.3rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;border-bottom:1px solid #ddd}
td,tbody th{overflow-wrap:break-word;min-width:4.5rem}
tbody th{font-weight:500}
small{display:block;font-size:.82rem}
code,pre{font-family:"DejaVu Sans Mono",ui-monospace,monospace;font-size:.88em}
pre{overflow-x:auto;background:#f6f6f6;padding:1rem}
figure{position:relative;margin:1.6rem 0 2.2rem;break-inside:avoid}
figure h3{margin-top:0;font-size:1rem;position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
img{width:100%;height:auto;border:1px solid #ddd}
.met,.not-met,.undecided{font-weight:700;white-space:nowrap}
.met{color:#00694c}.not-met{color:#b04a00}.undecided{color:#555}
.met::before{content:"\\2713  "}.not-met::before{content:"\\2717  "}.undecided::before{content:"?  "}
summary{cursor:pointer;font-weight:600}
@media (max-width:40rem){body{font-size:16px;padding:.75rem}h1{font-size:1.5rem}.answer{font-size:1.08rem}}
@media print{table{min-width:0}body{max-width:none;font-size:10.5pt;padding:0}h2{break-after:avoid}.wide{overflow:visible}
section{break-inside:auto}details:not([open])>*{display:none}thead{display:table-header-group}tr{break-inside:avoid}}
"""
