import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metricsText } from '../../../core/desk/metrics';
import type { Alarm, Desk } from '../../../core/desk/model';

const empty: Desk = {
	at: 1_700_000_000_000,
	spines: [],
	releases: [],
	outbox: { name: 'HubSpot', waiting: 0, refused: 0, oldestAt: null },
	alarms: [],
	happenings: [],
	found: null,
	health: null,
	limits: [],
	accepted: [],
	unsealed: 0,
	lastHour: {},
	lookedAtN8n: false,
	n8nProblem: null,
};

/** One line of the text format: name, labels, value (https://prometheus.io/docs/instrumenting/exposition_formats/). */
const LINE =
	/^[a-z_]+(\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? -?\d+(\.\d+)?(e[+-]?\d+)?$/;

describe('metrics', () => {
	it('are lines of the text format whatever a spine is called', () => {
		const alarm = fc.record({ id: fc.string(), spine: fc.string() });
		fc.assert(
			fc.property(
				fc.array(alarm),
				fc.dictionary(fc.string({ minLength: 1 }), fc.nat()),
				(given, lastHour) => {
					const alarms = given.map(({ id, spine }): Alarm => ({
						level: 'trouble',
						id,
						spine,
						sentence: 'ada@example.com',
						mend: '',
						since: null,
					}));
					const text = metricsText({ ...empty, alarms, lastHour });
					const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
					expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
					expect(text).not.toContain('ada@example.com');
				},
			),
		);
	});

	it('give each family once, with help and type before its samples', () => {
		const text = metricsText(empty);
		const types = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name);
		expect(new Set(types).size).toBe(types.length);
		for (const name of types) expect(text).toContain(`# HELP ${name} `);
		expect(text).toContain('release_gate_outbox_oldest_age_seconds{target="HubSpot"} 0');
	});
});
