"""Chinese words.

China keeps no phone numbers for fiction: ours have a 0 after the area code, with which no real number begins.
"""

from .words import Place, Trade

LANGUAGE = "zh_CN"
FULL_NAME = "{last}{first}"
DOMAIN = "{word}{tag}-{city}"

COMPANY = {
    "name": "柳湖音乐用品批发有限公司",
    "street": "滨江路18号",
    "zip": "310000",
    "city": "杭州",
    "phone": "+86 571 0010 0100",
    "email": "office@liuhu.example.com",
}
COMPANY_COUNTRY, CURRENCY, TIME_ZONE = "CN", "CNY", "Asia/Shanghai"

TEAMS = ("大客户部", "门店与电商部")
SALESPEOPLE = (("rep", "陈晓东"), ("lea", "林佳怡"), ("jon", "周志远"), ("mia", "许梦洁"))
MANAGER = ("manager", "沈国华")

PLACES = (
    Place("杭州", "310000", "浙", "CN", "+86 571 00## ####", 8),
    Place("宁波", "315000", "浙", "CN", "+86 574 00## ####", 4),
    Place("温州", "325000", "浙", "CN", "+86 577 00## ####", 3),
    Place("上海", "200000", "沪", "CN", "+86 21 00## ####", 9),
    Place("南京", "210000", "苏", "CN", "+86 25 00## ####", 5),
    Place("苏州", "215000", "苏", "CN", "+86 512 00## ####", 5),
    Place("无锡", "214000", "苏", "CN", "+86 510 00## ####", 3),
    Place("合肥", "230000", "皖", "CN", "+86 551 00## ####", 3),
    Place("北京", "100000", "京", "CN", "+86 10 00## ####", 8),
    Place("天津", "300000", "津", "CN", "+86 22 00## ####", 3),
    Place("广州", "510000", "粤", "CN", "+86 20 00## ####", 6),
    Place("深圳", "518000", "粤", "CN", "+86 755 00## ####", 6),
    Place("东莞", "523000", "粤", "CN", "+86 769 00## ####", 3),
    Place("厦门", "361000", "闽", "CN", "+86 592 00## ####", 3),
    Place("福州", "350000", "闽", "CN", "+86 591 00## ####", 2),
    Place("武汉", "430000", "鄂", "CN", "+86 27 00## ####", 4),
    Place("长沙", "410000", "湘", "CN", "+86 731 00## ####", 4),
    Place("成都", "610000", "蜀", "CN", "+86 28 00## ####", 5),
    Place("重庆", "400000", "渝", "CN", "+86 23 00## ####", 4),
    Place("西安", "710000", "陕", "CN", "+86 29 00## ####", 3),
    Place("郑州", "450000", "豫", "CN", "+86 371 00## ####", 3),
    Place("青岛", "266000", "鲁", "CN", "+86 532 00## ####", 3),
    Place("沈阳", "110000", "辽", "CN", "+86 24 00## ####", 2),
    Place("昆明", "650000", "滇", "CN", "+86 871 00## ####", 2),
)
STREETS = {
    "CN": (
        "解放路{}号", "人民路{}号", "文化路{}号", "建设大道{}号", "中山北路{}号", "新华街{}号", "和平路{}号",
        "学院路{}号", "滨河路{}号", "体育场路{}号",
    ),
}  # fmt: skip

LAST_NAMES = {
    "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "赵": "zhao", "黄": "huang",
    "周": "zhou", "吴": "wu", "徐": "xu", "孙": "sun", "胡": "hu", "朱": "zhu", "高": "gao", "林": "lin", "何": "he",
    "郭": "guo", "马": "ma", "罗": "luo", "梁": "liang", "宋": "song", "郑": "zheng", "谢": "xie", "韩": "han",
    "唐": "tang", "冯": "feng", "于": "yu", "董": "dong", "萧": "xiao", "程": "cheng", "曹": "cao", "袁": "yuan",
    "邓": "deng", "许": "xu", "傅": "fu", "沈": "shen", "曾": "zeng", "彭": "peng", "吕": "lv", "苏": "su",
    "卢": "lu", "蒋": "jiang", "蔡": "cai", "贾": "jia", "丁": "ding", "魏": "wei", "薛": "xue", "叶": "ye", "余": "yu",
}  # fmt: skip
FIRST_NAMES = {
    "伟": "wei", "芳": "fang", "娜": "na", "敏": "min", "静": "jing", "丽": "li", "强": "qiang", "磊": "lei",
    "洋": "yang", "艳": "yan", "勇": "yong", "军": "jun", "杰": "jie", "娟": "juan", "涛": "tao", "超": "chao",
    "明辉": "minghui", "秀兰": "xiulan", "建国": "jianguo", "晓明": "xiaoming", "雨桐": "yutong", "子涵": "zihan",
    "浩然": "haoran", "欣怡": "xinyi", "梓轩": "zixuan", "思远": "siyuan", "嘉琪": "jiaqi", "文博": "wenbo",
    "雅婷": "yating", "志强": "zhiqiang", "海燕": "haiyan", "国栋": "guodong", "丽华": "lihua", "俊峰": "junfeng",
    "佳宁": "jianing", "春梅": "chunmei", "永康": "yongkang", "慧敏": "huimin", "天宇": "tianyu", "若曦": "ruoxi",
    "建华": "jianhua", "晨曦": "chenxi", "振东": "zhendong", "玉兰": "yulan", "书瑶": "shuyao", "立新": "lixin",
}  # fmt: skip
PEOPLE = {"CN": (tuple(FIRST_NAMES), tuple(LAST_NAMES))}

WORDS = {
    "云帆": "yunfan", "晨光里": "chenguangli", "远岫": "yuanxiu", "清和": "qinghe", "听松": "tingsong",
    "知音": "zhiyin", "弦歌": "xiange", "雅韵": "yayun", "和声": "hesheng", "悦音": "yueyin", "乐府": "yuefu",
    "松涛": "songtao", "映月": "yingyue", "澄心": "chengxin", "启明": "qiming", "嘉禾": "jiahe", "瑞丰": "ruifeng",
    "恒泰": "hengtai", "鑫源": "xinyuan", "百川": "baichuan", "汇通": "huitong", "致远": "zhiyuan", "博文": "bowen",
    "墨香": "moxiang", "流韵": "liuyun", "青石": "qingshi", "竹溪": "zhuxi", "梧桐": "wutong", "星河": "xinghe",
    "海棠": "haitang", "锦程": "jincheng", "盛和": "shenghe", "天籁": "tianlai", "南风": "nanfeng", "北辰": "beichen",
    "东篱": "dongli", "西岭": "xiling", "春晖": "chunhui", "秋实": "qiushi", "金穗": "jinsui", "银杏": "yinxing",
    "白鹭": "bailu", "鹿鸣": "luming", "双桥": "shuangqiao", "观澜": "guanlan", "听雨": "tingyu", "望江": "wangjiang",
}  # fmt: skip
COMPANY_WORDS = {"CN": tuple(WORDS)}
TRADES = {
    "CN": (
        Trade("{city}{word}贸易有限公司", "G", ""),
        Trade("{city}{word}商贸有限公司", "G", "sm"),
        Trade("{city}{word}音像制品有限公司", "G", "yx"),
        Trade("{city}{word}乐器有限公司", "G", "yq"),
        Trade("{city}{word}书店有限公司", "G", "sd"),
        Trade("{city}{word}礼品有限公司", "G", "lp"),
        Trade("{city}{word}艺术培训学校", "P", "xx"),
        Trade("{city}{word}教育科技有限公司", "P", "jy"),
        Trade("{city}{word}酒店管理有限公司", "I", "jd"),
        Trade("{city}{word}餐饮管理有限公司", "I", "cy"),
        Trade("{city}{word}文化传媒有限公司", "R", "wh"),
        Trade("{city}{word}演艺有限公司", "R", "yy"),
        Trade("{city}{word}网络科技有限公司", "J", "wl"),
    ),
}
CITIES = {
    "杭州": "hangzhou", "宁波": "ningbo", "温州": "wenzhou", "上海": "shanghai", "南京": "nanjing", "苏州": "suzhou",
    "无锡": "wuxi", "合肥": "hefei", "北京": "beijing", "天津": "tianjin", "广州": "guangzhou", "深圳": "shenzhen",
    "东莞": "dongguan", "厦门": "xiamen", "福州": "fuzhou", "武汉": "wuhan", "长沙": "changsha", "成都": "chengdu",
    "重庆": "chongqing", "西安": "xian", "郑州": "zhengzhou", "青岛": "qingdao", "沈阳": "shenyang", "昆明": "kunming",
}  # fmt: skip
LATIN = {**LAST_NAMES, **FIRST_NAMES, **WORDS, **CITIES}

FUNCTIONS = ("总经理", "采购经理", "采购专员", "店长", "行政主管", "财务主管", "活动策划")
TAGS = ("订阅邮件", "展会结识", "网店", "上门自提", "活动合作方")

PRODUCTS = {
    "CD唱片": (
        ("儿童歌曲 CD", 8.90), ("钢琴夜曲 CD", 11.90), ("爵士之夜 CD", 12.90), ("江南民歌 CD", 13.90),
        ("弦乐四重奏 CD", 14.50), ("大乐队精选 2CD", 17.90), ("巴洛克管风琴 3CD", 24.90), ("交响曲全集 6CD", 44.90),
    ),
    "黑胶唱片": (
        ("冲浪吉他 单曲唱片", 7.90), ("室内合唱 10寸唱片", 11.50), ("木吉他二重奏 LP", 13.50), ("蓝调时刻 LP", 14.90),
        ("大提琴组曲 LP", 15.90), ("夜行 LP", 18.90), ("船坞现场 2LP", 27.90), ("典藏套装 4LP", 59.00),
    ),
    "乐谱教材": (
        ("竖笛入门教程", 7.50), ("吉他弹唱曲集", 11.90), ("简易钢琴小品", 12.50), ("合唱曲集", 13.90),
        ("爵士标准曲谱", 15.50), ("小提琴练习曲", 16.90), ("弦乐合奏分谱", 29.50), ("总谱精装本", 54.00),
    ),
    "琴弦配件": (
        ("拨片 24枚装", 8.50), ("吉他琴弦 细", 11.50), ("变调夹", 12.90), ("哨片 10片装", 14.20), ("折叠谱架", 15.90),
        ("小提琴弦 套装", 18.50), ("真皮吉他背带", 26.00), ("木壳节拍器", 48.00),
    ),
    "唱片护理收纳": (
        ("唱片内袋 50只装", 8.90), ("碳纤维唱片刷", 11.90), ("清洁液 500毫升", 12.90), ("唱片外袋 50只装", 13.90),
        ("48片CD收纳包", 15.20), ("唱针清洁器", 17.50), ("松木唱片箱", 28.00), ("唱片清洗机", 64.00),
    ),
    "线材耳机": (
        ("3.5转6.3毫米转接头", 6.90), ("双头音频线 3米", 10.90), ("唱机信号线 1.5米", 12.90), ("入耳式耳机", 14.50),
        ("音箱线 10米", 15.90), ("话筒线 6米", 17.90), ("头戴式耳机", 29.00), ("封闭式监听耳机", 69.00),
    ),
    "礼品服饰": (
        ("高音谱号帆布袋", 8.90), ("琴键马克杯", 11.20), ("唱片封面日历", 12.90), ("唱机图案T恤", 14.50),
        ("乐谱雨伞", 16.50), ("管弦乐拼图", 18.90), ("连帽卫衣", 32.00), ("胡桃木音乐盒", 49.00),
    ),
}  # fmt: skip

OPPORTUNITIES = (
    "试听角布置", "年终礼品采购", "新店首批铺货", "年度礼品框架合同", "唱片日黑胶备货", "新学期教材采购",
    "音乐节摊位供货", "员工福利采购", "教室耳机采购", "门店改造",
)  # fmt: skip
OPPORTUNITY_NAME = "{who} – {what}"
LEADS = ("索要批发目录", "展会上结识", "咖啡店想代售唱片", "网站表单：学校采购价格", "老客户推荐", "寻找琴弦供应商")
MEETINGS = ("年度洽谈", "新品介绍", "门店拜访", "视频会议：待解决问题")
EMAILS_IN = (
    ("交货时间", "您好，请问我们上一批订单什么时候能到货？谢谢。"),
    ("价格表", "麻烦发一份最新的秋季价格表给我。"),
    ("已收货", "货物已全部收到，完好无损，谢谢。下次订货再联系。"),
    ("商品目录", "我们的顾客想要更多黑胶唱片，您有什么推荐？"),
)
EMAILS_OUT = (
    ("您的订单", "您的货物今天已发出，如有缺漏请随时来电。"),
    ("新品到货", "我为贵店预留了几款合适的新品，需要寄样品吗？"),
    ("期待再次合作", "贵店已有一段时间没有下单，我们有什么可以改进的地方吗？"),
)
NOTES = (
    "上午十一点前联系比较方便。",
    "明年开第二家店，希望两店统一价格。",
    "反映唱片封套破损，已免费更换。",
    "正在与另一家供应商比较琴弦价格。",
)
ACTIVITIES = (
    ("询问上次到货情况", "一切满意，下月继续订货。"),
    ("介绍新品", "对黑胶感兴趣，会发清单过来。"),
    ("了解停止下单的原因", "库存较多，稍后回电。"),
)
PRICELISTS = ("黄金客户价格表", "白银客户价格表")
BENEFITS = ("新品提前两周供货", "新品样片免费试听")
TIER_DESCRIPTIONS = ("核心合作伙伴：由专人维系关系。", "有望成为合作伙伴：定期拜访，了解需求。")
TIER_SET_BY_HAND = "即将开第二家店，已与负责人商定。"
EXCLUDED_BECAUSE = "客户通过电子邮件提出。"
CREDIT_REASONS = ("运输损坏", "发错商品", "滞销退货")

TEXTS = {
    "call": (
        "用 rep / rep 登录，销售 › 客户分群 › 我的客户：最需要关注的客户排在最前。请先致电{name}（{segment}）："
        "共 {orders} 个订单，最近一次在 {days} 天前，电话 {phone} – {address}"
    ),
    "explain": "{name}为什么属于{segment}？联系人的“分群”页解释每一项评分并显示历史 – {address}",
    "segments": (
        "用 manager / manager 登录，销售 › 客户分群 › 客群：{count} 个客户，其中 {class_a} 个关键客户（A 类）"
        "贡献前 80 % 的销售额 – {address}"
    ),
    "dashboard": "仍用 manager：仪表板显示客户与销售额的去向 – {address}",
    "tiers": (
        "仍用 manager：等级评审中有 {due} 个客户等待您决定 – {address}；资源分配建议每个客户由谁负责 – {allocation}"
    ),
    "benefit": "{name}的报价单 {order} 已自动采用{tier}等级的价格表，并注明原因 – {address}",
}
