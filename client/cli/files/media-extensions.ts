const AUDIO =
  '.aac .ac3 .aif .aifc .aiff .amr .ape .au .caf .dts .flac .gsm .m4a .m4b .mka .mp2 .mp3 .mpga .oga .ogg ' +
  '.opus .tta .voc .w64 .wav .weba .wma .wv';
const VIDEO =
  '.3g2 .3gp .asf .avi .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .mxf .ogv .ts .vob .webm .wmv';

/** Extensions, lower case, of the containers that ffmpeg may open here and that people record to. */
export const MEDIA_EXTENSIONS: ReadonlySet<string> = new Set(`${AUDIO} ${VIDEO}`.split(' '));
