import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const [width, height] = [880, 560];

/** One moment of a run, counted from the first mail. */
export interface Point {
	readonly seconds: number;
	readonly mailsPerMinute: number;
	/** Of the largest of the processes that run the spine, MB. */
	readonly memory: number;
}

/** One run, as it is drawn. */
export interface Course {
	readonly title: string;
	readonly course: readonly Point[];
}

/** Deliveries a minute and memory over the time of each run, as SVG. */
export function pictureOf(runs: readonly Course[]): string {
	const plot = init(null, null, { renderer: 'svg', ssr: true, width, height });
	const font = { fontFamily: 'system-ui, sans-serif', fontSize: 12, color: '#222' };
	const panel = (top: number) => ({ left: 60, right: 20, top, height: 180 });
	const axis = (gridIndex: number, name: string) => ({
		x: {
			gridIndex,
			type: 'value' as const,
			name: gridIndex === 1 ? 'seconds since the first mail' : '',
			nameLocation: 'middle' as const,
			nameGap: 26,
			nameTextStyle: font,
			axisLabel: font,
		},
		y: {
			gridIndex,
			type: 'value' as const,
			name,
			min: 0,
			nameTextStyle: { ...font, align: 'left' as const },
			axisLabel: font,
		},
	});
	const [mails, memory] = [axis(0, 'mails a minute'), axis(1, 'memory of the largest process, MB')];
	try {
		plot.setOption({
			animation: false,
			backgroundColor: '#fff',
			textStyle: font,
			legend: { top: 4, textStyle: font },
			grid: [panel(70), panel(320)],
			xAxis: [mails.x, memory.x],
			yAxis: [mails.y, memory.y],
			series: runs.flatMap((run) =>
				[0, 1].map((at) => ({
					type: 'line' as const,
					name: run.title,
					xAxisIndex: at,
					yAxisIndex: at,
					showSymbol: false,
					data: run.course.map((point) => [point.seconds, at === 0 ? point.mailsPerMinute : point.memory]),
				})),
			),
		});
		return plot.renderToSVGString();
	} finally {
		plot.dispose();
	}
}
