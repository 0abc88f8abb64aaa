import quiet from './quiet-content-delivery.json';
import weekly from './weekly-software-release.json';
import { policySchema, type Policy } from '../schema';

/** The policies that ship with the package, each as strict as its source in `docs/reference/doctrines/`. */
export const presets: Readonly<Record<string, Policy>> = {
	'quiet-content-delivery': policySchema.parse(quiet),
	'weekly-software-release': policySchema.parse(weekly),
};
