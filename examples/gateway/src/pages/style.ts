/** The one style sheet of the gateway's pages. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --green: #07c160; --green-down: #06ad56; --red: #fa5151;
  --page: #ededed; --card: #fff; --text: #191919; --dim: #6b6b6b; --line: #e5e5e5;
  --link: #067a3e;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #111; --card: #1e1e1e; --text: #e6e6e6; --dim: #a0a0a0; --line: #333; --link: #3cd483; }
}
body.alipay { --green: #1677ff; --green-down: #0e5fd8; --link: #0958d9; }
@media (prefers-color-scheme: dark) {
  body.alipay { --link: #69a7ff; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 -apple-system, BlinkMacSystemFont, "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif;
}
main { max-width: 460px; margin: 0 auto; padding: 16px 16px 32px; }
main.wide { max-width: 720px; }
h1 { font-size: 17px; font-weight: 600; margin: 4px 0 16px; text-align: center; }
h2 { font-size: 14px; font-weight: 500; color: var(--dim); margin: 24px 4px 8px; }
a { color: var(--link); }
[hidden] { display: none !important; }
.card { background: var(--card); border-radius: 12px; padding: 20px 16px; }
.amount { text-align: center; font-size: 44px; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; margin: 4px 0; }
.amount small { font-size: 26px; margin-right: 2px; }
.subject { text-align: center; margin: 0; overflow-wrap: anywhere; }
.state { display: flex; justify-content: center; align-items: center; gap: 8px; margin: 8px 0 0; font-weight: 500; color: var(--dim); }
.state[data-state=SUCCESS] { color: var(--link); }
.state[data-state=SUCCESS]::before {
  content: ""; width: 22px; height: 22px;
  background: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 22 22'%3E%3Ccircle cx='11' cy='11' r='11' fill='%2307c160'/%3E%3Cpath d='M6 11.5l3.5 3.5 6.5-7' fill='none' stroke='%23fff' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E");
}
body.alipay .state[data-state=SUCCESS]::before {
  background: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 22 22'%3E%3Ccircle cx='11' cy='11' r='11' fill='%231677ff'/%3E%3Cpath d='M6 11.5l3.5 3.5 6.5-7' fill='none' stroke='%23fff' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E");
}
.state[data-state=CLOSED] { color: var(--red); }
.message { text-align: center; margin: 16px 0 0; }
.message:empty { display: none; }
dl { margin: 20px 0 0; border-top: 1px solid var(--line); padding-top: 12px; display: grid; grid-template-columns: auto 1fr; gap: 6px 16px; font-size: 14px; }
dt { color: var(--dim); }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
button, .button {
  display: flex; align-items: center; justify-content: center; width: 100%; min-height: 48px; padding: 8px 12px;
  border: 0; border-radius: 8px; font: inherit; font-weight: 500; cursor: pointer; text-decoration: none;
  background: var(--card); color: var(--text);
}
button:active, .button:active { background: var(--line); }
button:focus-visible, .button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--green); outline-offset: 2px; }
button:disabled { opacity: .45; cursor: default; }
.primary { background: var(--green); color: #fff; font-size: 18px; }
.primary:active { background: var(--green-down); }
.actions { display: grid; gap: 12px; margin-top: 20px; }
.tests { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
.tests button { font-size: 15px; }
ol { list-style: none; margin: 0; padding: 0; font-size: 14px; }
ol.log li { display: flex; flex-wrap: wrap; gap: 0 12px; padding: 8px 0; border-bottom: 1px solid var(--line); }
ol.log li:last-child, ol.orders li:last-child { border: 0; }
ol.log time { color: var(--dim); font-variant-numeric: tabular-nums; }
ol.log .status { margin-left: auto; font-variant-numeric: tabular-nums; }
ol.log .ok { color: var(--link); }
ol.log .bad { color: var(--red); }
ol.log code, ol.orders .subject { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; }
ol.log code { flex-basis: 100%; color: var(--dim); font-size: 12px; }
.card.slim { padding: 4px 16px; }
.empty { color: var(--dim); padding: 12px 0; margin: 0; font-size: 14px; }
ol.orders li { border-bottom: 1px solid var(--line); }
ol.orders a { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding: 12px 0; min-height: 44px; color: inherit; text-decoration: none; }
ol.orders .dim { color: var(--dim); font-size: 13px; overflow-wrap: anywhere; }
ol.orders .subject { text-align: left; }
ol.orders strong, ol.orders .right { text-align: right; }
ol.orders .SUCCESS { color: var(--link); }
form.scan { display: grid; grid-template-columns: 1fr auto; gap: 8px; }
form.scan button { width: auto; padding: 8px 20px; background: var(--green); color: #fff; }
input { min-width: 0; min-height: 48px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; font: inherit; background: var(--card); color: inherit; }
footer { margin-top: 28px; text-align: center; color: var(--dim); font-size: 12px; }
`
