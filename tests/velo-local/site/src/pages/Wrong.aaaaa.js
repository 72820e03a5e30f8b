import { next } from 'backend/parts/counter';

next();
