/**
 * Traditional characters and their simplified form, in pairs: those that stand in the tables and rules of Chinese numbers.
 * Only for reading: what is folded is never written.
 */
const PAIRS = [
  '丟丢亂乱亞亚來来侖仑個个們们傳传傾倾價价億亿兒儿內内兩两別别則则劍剑動动勝胜勞劳區区問问啓启啟启單单',
  '嗎吗噸吨國国圍围團团報报場场塊块壺壶學学宮宫實实寬宽寵宠寶宝專专對对屆届層层嶺岭帥帅師师帶带幣币幹干',
  '幾几廬庐廳厅張张後后從从復复徵征惡恶惱恼愛爱慘惨慶庆應应懷怀戰战戲戏掛挂撥拨擊击擔担擲掷攝摄敵敌數数',
  '斷断於于時时曆历曬晒書书會会東东條条棟栋樂乐樑梁樓楼樣样樹树橋桥機机歐欧歲岁歷历歸归殺杀氣气沒没淨净',
  '減减湊凑湯汤準准溝沟溫温漢汉瀉泻災灾為为無无煙烟煩烦熱热燒烧爲为獄狱獨独獲获瓏珑畝亩畫画當当癢痒發发',
  '盤盘盧卢眾众碼码禎祯禮礼種种穀谷穩稳窮穷竅窍筆笔節节糧粮紀纪約约紅红納纳級级紛纷終终組组給给統统絲丝',
  '經经維维綱纲網网綴缀緒绪線线編编縣县縱纵繞绕繽缤續续纔才羅罗羣群聞闻聯联聲声職职腳脚腸肠膠胶臘腊臟脏',
  '臺台舉举舊旧莊庄華华萊莱萬万葉叶蘭兰號号蟲虫衆众裏里裝装裡里褲裤襲袭見见親亲觀观計计記记註注評评詩诗',
  '話话認认語语說说説说課课談谈論论諾诺講讲證证議议變变豐丰貝贝貞贞負负貨货貫贯買买賣卖賬账贊赞贏赢踐践',
  '車车軍军載载輕轻輛辆輩辈輪轮輸输農农這这連连週周運运過过達达遠远選选還还邊边郵邮釐厘針针釵钗錢钱錯错',
  '鍋锅鍾钟鎊镑鐘钟鐵铁長长門门開开閏闰間间陣阵陰阴陳陈陽阳隊队隻只雙双雜杂離离難难雲云電电韓韩頁页頃顷',
  '項项順顺頓顿領领頭头顆颗顏颜願愿顛颠類类顧顾風风飛飞飯饭飽饱餘余館馆馬马驗验髒脏體体髮发魚鱼鳥鸟鹹咸',
  '麼么黃黄點点黨党齊齐龍龙',
  '盜盗環环讀读遊游將将劄札',
].join('');

const TO_SIMPLIFIED = new Map(
  Array.from({ length: PAIRS.length / 2 }, (_, pair) => [PAIRS[2 * pair]!, PAIRS[2 * pair + 1]!]),
);

/** A text of the same length with the characters of the tables in their simplified form. */
export function simplified(text: string): string {
  let folded = '';
  for (let at = 0; at < text.length; at += 1) folded += TO_SIMPLIFIED.get(text[at]!) ?? text[at]!;
  return folded;
}
