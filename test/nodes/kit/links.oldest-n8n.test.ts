// The same property against the helper of the oldest supported n8n.
import './links.property.test';
