// The script of a page with a form that is filled in: what every page has, saving by itself, pasting into tables.

import './kit.js';
import './live.js';
import './paste.js';
import './rows.js';
