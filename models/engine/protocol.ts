import type { ErrorCode } from '../../workflows/errors.ts';
import type { DecodeOptions } from '../whisper/decode-options.ts';
import type { Device } from '../whisper/device.ts';
import type { Precision } from '../whisper/precision.ts';
import type { WindowResult } from '../whisper/session.ts';

/** What an engine loads: everything that, beside samples and decode options, decides a window's text. */
export interface EngineModel {
  /** Folder of the verified weights, tokenizer and configuration. */
  readonly folder: string;
  /** Folder of the graphs built from them. */
  readonly graphs: string;
  readonly precision: Precision;
}

export interface EngineSettings {
  readonly device: Device;
  /** Threads of one inference. */
  readonly threads: number;
  /** The most windows decoded together. */
  readonly batch: number;
  /** Bytes that the engine may hold on the host; without it, as much as the machine has. */
  readonly memory?: number;
}

/** One window to transcribe. */
export interface Window {
  readonly model: EngineModel;
  /** 16 kHz mono, at most 30 s. */
  readonly pcm: Int16Array;
  readonly decode: DecodeOptions;
  /** Whether no other window may be decoded with it: it may have ended an engine. */
  readonly isAlone?: boolean;
}

/** What an engine does with a window; before the first of them it waits. One that needs another model is first to wait for it. */
export type WindowState = 'loading' | 'encoding' | 'decoding';

/** What the warm-up measured, times in milliseconds. */
export interface Warmup {
  readonly load: number;
  /** Of the first window of 30 s, which pays for first use, and of the next. */
  readonly first: number;
  readonly window: number;
  readonly memory: BatchMemory;
}

/** What an engine takes on its device, in bytes, and the rows that fit. */
export interface BatchMemory {
  /** Beside the rows of a batch. */
  readonly held: number;
  /** By each row of a batch. */
  readonly row: number;
  /** The most rows of a batch: as many as fit, at most those of the settings. */
  readonly most: number;
}

/** A batch that was decoded. */
export interface Batch {
  readonly precision: Precision;
  /** Windows in it, and the most that there could have been. */
  readonly rows: number;
  readonly room: number;
  /** Milliseconds that it took, with the encoding of its windows. */
  readonly took: number;
}

/** What a window has cost. */
export interface WindowCost {
  readonly precision: Precision;
  /** Of the window, at 16 kHz. */
  readonly samples: number;
  /** Milliseconds: its part of each batch that it was in, which all windows of a batch have alike. */
  readonly took: number;
}

export type ToEngine =
  | { readonly type: 'start'; readonly settings: EngineSettings; readonly model: EngineModel }
  | { readonly type: 'window'; readonly id: number; readonly window: Window }
  | { readonly type: 'cancel'; readonly id: number }
  /** The most windows decoded together from the next batch on. */
  | { readonly type: 'limit'; readonly batch: number }
  /** Give the model's memory back once nothing is left to do. */
  | { readonly type: 'release' }
  /** Load the model again, and warm up, where it was given back and nothing runs; answered by `ready`. */
  | { readonly type: 'warm' };

/** `alive` or `batch` is sent after each blocking step; everything an engine sends counts as a sign of life. */
export type FromEngine =
  | { readonly type: 'ready'; readonly warmup: Warmup }
  | { readonly type: 'alive' }
  | { readonly type: 'batch'; readonly batch: Batch }
  | { readonly type: 'state'; readonly id: number; readonly state: WindowState }
  | { readonly type: 'result'; readonly id: number; readonly result: WindowResult; readonly cost: WindowCost }
  | { readonly type: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string }
  /** It holds more than its limit with a fresh session as well: only its end gives that back. */
  | { readonly type: 'exceeded' }
  | { readonly type: 'fatal'; readonly code: ErrorCode; readonly message: string };

export function sameModel(a: EngineModel, b: EngineModel): boolean {
  return a.folder === b.folder && a.graphs === b.graphs && a.precision === b.precision;
}
