import * as metrics from './operations/desk-metrics.operation';
import * as show from './operations/desk-show.operation';
import * as watch from './operations/desk-watch.operation';
import type { Resource } from './resource';

export const desk: Resource = {
	option: {
		name: 'Desk',
		value: 'desk',
		description: 'How everything stands: spines, releases, deliveries in doubt, alarms',
	},
	operations: { showDesk: show, metrics, watchWorkflows: watch },
	first: 'showDesk',
};
