import { BarChart as Bars } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { BarChart, Plotter, Tone } from '../../app/report/plots';

use([Bars, GridComponent, LegendComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

/** Drawn small, so that the text stays readable on a phone; the page scales it up. */
const WIDTH = 440;
const HEIGHT = 240;

/**
 * echarts computes with colours, so it cannot be given CSS variables: it draws with these, which no text contains, and
 * they are replaced in the SVG.
 */
const stand: Readonly<Record<Tone | 'ink' | 'line', string>> = {
	good: '#010203',
	bad: '#010204',
	warn: '#010205',
	soft: '#010206',
	plain: '#010207',
	ink: '#010208',
	line: '#010209',
};

const withVariables = (svg: string): string =>
	Object.entries(stand).reduce(
		(text, [name, colour]) =>
			text
				.replaceAll(`"${colour}"`, `"var(--${name})"`)
				.replaceAll(`rgb(1,2,${Number(colour.at(-1))})`, `var(--${name})`),
		svg,
	);

/** Draws bars with echarts, on the server, as SVG text. */
function bars(chart: BarChart): string {
	const plot = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
	const text = { color: stand.ink, fontSize: 12, fontFamily: 'system-ui, sans-serif' };
	try {
		plot.setOption({
			animation: false,
			textStyle: text,
			legend: {
				show: chart.series.length > 1,
				top: 0,
				left: 0,
				itemWidth: 12,
				itemHeight: 12,
				itemGap: 18,
				textStyle: text,
				selectedMode: false,
			},
			grid: { left: 4, right: 8, top: chart.series.length > 1 ? 44 : 26, bottom: 4, outerBoundsMode: 'same' },
			xAxis: {
				type: 'category',
				data: [...chart.categories],
				axisLabel: { ...text, hideOverlap: true },
				axisLine: { lineStyle: { color: stand.line } },
				axisTick: { show: false },
			},
			yAxis: {
				type: 'value',
				name: chart.unit,
				nameTextStyle: { ...text, align: 'left' },
				minInterval: 1,
				axisLabel: text,
				splitLine: { lineStyle: { color: stand.line } },
			},
			series: chart.series.map(({ name, tone, values }, at) => ({
				type: 'bar' as const,
				name,
				stack: 'all',
				data: [...values],
				itemStyle: { color: stand[tone] },
				barMaxWidth: 28,
				silent: true,
				...(at === 0 && chart.dividers !== undefined
					? {
							markLine: {
								symbol: 'none',
								silent: true,
								lineStyle: { color: stand.ink, type: 'dashed' as const },
								label: { ...text, position: 'end' as const },
								data: chart.dividers.map(({ category, label }) => ({
									xAxis: category,
									label: { formatter: label },
								})),
							},
						}
					: {}),
			})),
		});
		return withVariables(plot.renderToSVGString({ useViewBox: true }));
	} finally {
		plot.dispose();
	}
}

/** The plotter of the report. Loaded when a report is written and not before: echarts is heavy. */
export const plotter: Plotter = { bars };
