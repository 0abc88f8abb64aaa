import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, trusted, type Html } from '../../core/page/html';
import { page, table } from '../../core/page/page';
import type { Answered, Line, Panel } from './panel';

use([LineChart, GridComponent, LegendComponent, SVGRenderer]);

/** Height of a row of the grid and the space between two, in pixels, as Grafana has them. */
const [rowPx, gapPx] = [30, 8];
/** Of a panel beside what it shows: its border, its padding and its title. */
const framePx = 50;
const columnPx = 50;

/** A value as it is read: seconds become minutes and hours, shares become per cent. */
export function readable(value: number, unit = 'none'): string {
	const short = (number: number): string => String(Math.round(number * 10) / 10);
	if (unit === 'percentunit') return `${short(value * 100)}%`;
	if (unit !== 's') return short(value);
	if (value < 60) return `${short(value)} s`;
	return value < 3_600 ? `${short(value / 60)} min` : `${short(value / 3_600)} h`;
}

const tones: Readonly<Record<string, string>> = { green: 'good', orange: 'warn', red: 'bad' };

/** What a value means by the panel's thresholds: the last step that it reaches. */
export function toneOf({ fieldConfig }: Panel, value: number): string {
	const steps = fieldConfig.defaults.thresholds?.steps ?? [];
	const reached = steps.filter((step) => step.value === null || value >= step.value).at(-1);
	return tones[reached?.color ?? ''] ?? 'plain';
}

const newest = ({ points }: Line): number => points.at(-1)?.[1] ?? Number.NaN;

function chart({ panel: { gridPos, fieldConfig }, lines, asked }: Answered): Html {
	const { unit, custom } = fieldConfig.defaults;
	const stacked = custom?.stacking?.mode === 'normal';
	const plot = init(null, null, {
		renderer: 'svg',
		ssr: true,
		width: gridPos.w * columnPx,
		height: gridPos.h * (rowPx + gapPx) - gapPx - framePx,
	});
	const font = { fontFamily: 'system-ui, sans-serif', fontSize: 12, color: '#1d2430' };
	try {
		plot.setOption({
			animation: false,
			useUTC: true,
			textStyle: font,
			legend: { bottom: 0, left: 0, itemWidth: 14, itemHeight: 8, itemGap: 12, textStyle: font },
			grid: { left: 4, right: 14, top: 10, bottom: lines.length > 4 ? 70 : 34, outerBoundsMode: 'same' },
			xAxis: {
				type: 'time',
				min: asked.from,
				max: asked.to,
				axisLabel: { ...font, formatter: '{HH}:{mm}:{ss}', hideOverlap: true },
			},
			yAxis: {
				type: 'value',
				min: 0,
				axisLabel: { ...font, formatter: (value: number) => readable(value, unit) },
			},
			series: lines.map(({ name, points }) => ({
				type: 'line' as const,
				name,
				step: 'end' as const,
				showSymbol: false,
				...(stacked ? { stack: 'all', areaStyle: { opacity: 0.4 } } : {}),
				data: points.map(([at, value]) => [at, value]),
			})),
		});
		return trusted(plot.renderToSVGString({ useViewBox: true }));
	} finally {
		plot.dispose();
	}
}

function shown(answered: Answered): Html {
	const { panel, lines, refused } = answered;
	const { unit } = panel.fieldConfig.defaults;
	if (refused.length > 0) return html`<p class="bad">${refused.join('; ')}</p>`;
	if (lines.length === 0) return html`<p class="soft">No data</p>`;
	if (panel.type === 'timeseries') return chart(answered);
	if (panel.type === 'stat')
		return html`${lines.map(
			(line) =>
				html`<p>
					<span class="figure ${toneOf(panel, newest(line))}">${readable(newest(line), unit)}</span>
					${line.name}
				</p>`,
		)}`;
	return table(
		['', ''],
		lines.map((line) => [html`${line.name}`, html`${readable(newest(line), unit)}`]),
		'',
	);
}

/** The grid as rules: `html` takes no `style` attributes, so each panel has an id. */
const places = (panels: readonly Answered[]): string =>
	panels
		.map(({ panel: { id, gridPos } }) => {
			const { x, y, w, h } = gridPos;
			return `#panel-${id}{grid-column:${x + 1}/span ${w};grid-row:${y + 1}/span ${h}}`;
		})
		.join('');

/** The dashboard as a page: each panel at its place, with what its queries were answered. */
export const boardHtml = (title: string, panels: readonly Answered[]): Html =>
	page({
		title,
		wide: true,
		style:
			`body{padding:14px}.board{display:grid;grid-template-columns:repeat(24,1fr);grid-auto-rows:${rowPx}px;gap:${gapPx}px;margin-top:10px}` +
			`.board .card{padding:8px 12px;overflow:hidden}.board h3{margin:0 0 4px;font-size:14px}.board thead{display:none}.board td{padding:2px 8px 2px 0}.figure{font-size:1.9rem;font-weight:600;margin-right:.3rem}${places(panels)}`,
		body: [
			html`<h1>${title}</h1>`,
			html`<p class="soft">
				The queries and the layout of docs/observability/dashboard.json, drawn by this package, not by
				Grafana.
			</p>`,
			html`<div class="board">
				${panels.map(
					(answered) =>
						html`<section class="card" id="panel-${answered.panel.id}">
							<h3>${answered.panel.title}</h3>
							${[shown(answered)]}
						</section>`,
				)}
			</div>`,
		],
	});
