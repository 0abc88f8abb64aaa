export { createHubSpotDirectory } from './directory';
export { hubSpotBaseUrl, type HubSpotOptions, type PathVersion } from './options';
