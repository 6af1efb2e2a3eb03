use super::*;

fn read(file: &str) -> ImportFile {
    read_file(file.as_bytes(), Currency::USD).unwrap()
}

fn refusals(file: &str) -> Vec<(usize, RefusalCode)> {
    read(file).refused.iter().map(|refusal| (refusal.line, refusal.code)).collect()
}

#[test]
fn lines_of_one_handle_are_one_product() {
    let file = read(
        "\u{feff}variant price,Handle,TITLE,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,\
         Variant SKU,Variant Barcode,Cost per item,Image Src\r\n\
         12,mug,Mug,\"<p onclick=x>Two\r\nlines</p>\",Potter,Kitchen,\"clay, blue\",true,Size,S,,,3.5,a.jpg\r\n\
         13.50,mug,,,,,,,,L,MUG-BIG,4006381333931,,b.jpg\r\n\
         ,mug,,,,,,,,,,,,c.jpg\r\n\
         5,lid,Lid,,,,,false,Title,Default Title,,,,\r\n",
    );
    assert_eq!(file.refused, []);
    let [mug, lid] = &file.products[..] else { panic!("{:?}", file.products) };
    assert!(matches!(&mug.description, Cell::Value(html) if html.as_str() == "<p>Two\nlines</p>"));
    assert_eq!((mug.status, lid.status), (Some(Status::Active), Some(Status::Draft)));
    let lines: Vec<_> = mug.variants.iter().map(|variant| variant.line).collect();
    assert_eq!(lines, [2, 4], "a quoted line end counts as a line, a picture's line carries no variant");
    let large = &mug.variants[1];
    assert_eq!(large.options.as_ref().unwrap().get(0), Some(("Size", "L")));
    assert_eq!(large.price.unwrap().amount(), "13.50");
    assert_eq!((large.cost.clone(), lid.variants[0].cost.clone()), (Cell::Empty, Cell::Empty));
    assert!(lid.variants[0].options.as_ref().unwrap().is_empty());
    assert_eq!(lid.brand, Cell::Empty);
    assert_eq!(lid.tax_class, None);
}

#[test]
fn each_broken_line_is_named_and_spoils_nothing_else() {
    use RefusalCode::*;
    let header = "Handle,Title,Variant SKU,Variant Price,Variant Barcode,Option1 Name,Option1 Value,Kind,Status,Cost per item\n";
    for (lines, expected) in [
        ("a,A,,1,,,,,,\n", vec![]),
        (",A,,1,,,,,,\n", vec![(2, MissingHandle)]),
        ("a,A,,1\nb,B,,1,,,,,,\n", vec![(2, FieldCount)]),
        ("a,,,1,,,,,,\na,,,2,,,,,,\n", vec![(2, MissingTitle), (3, ProductRefused)]),
        ("a,A,,,,,,,,\n", vec![(2, MissingPrice)]),
        ("a,A,,1,,,,,,\na,,,x,,,L,,,\na,,,3,,Size,M,,,\n", vec![(3, InvalidField)]),
        ("a,A,,-1,,,,,,\n", vec![(2, InvalidField)]),
        ("a,A,,1.005,,,,,,\n", vec![(2, InvalidField)]),
        ("a,A,caf\u{200b},1,,,,,,\n", vec![(2, InvalidField)]),
        ("a,A,,1,,,Small,,,\n", vec![(2, InvalidField)]),
        ("a,A,,1,,,,Food,,\n", vec![(2, InvalidField)]),
        ("a,A,,1,,,,,Sold,\n", vec![(2, InvalidField)]),
        ("a,A,,1,,,,,,much\n", vec![(2, InvalidField)]),
        ("a,A,X,1,,,,,,\nb,B,X,1,,,,,,\n", vec![(3, DuplicateSku)]),
        ("a,A,X,1,7,,,,,\nb,B,Y,1,7,,,,,\n", vec![(3, DuplicateBarcode)]),
        ("a,A,\"X,1,,,,,,\nb,B,,1,,,,,,\n", vec![(2, MalformedLine)]),
    ] {
        assert_eq!(refusals(&format!("{header}{lines}")), expected, "{lines}");
    }
}

#[test]
fn a_file_that_is_not_a_catalogue_is_refused_whole() {
    for (file, error) in [
        ("", FileError::Empty),
        ("Title,Price\n", FileError::NoHandle),
        ("Handle,Title,title\n", FileError::Twice("title".to_owned())),
        ("\"Handle", FileError::Header("has a quote that is not closed".to_owned())),
    ] {
        assert_eq!(read_file(file.as_bytes(), Currency::USD).unwrap_err(), error, "{file}");
    }
}

#[test]
fn wholesale_columns_belong_together() {
    let header = "Handle,Title,Variant Price,Wholesale Minimum Quantity,Wholesale Price Tiers\n";
    let file = read(&format!("{header}a,A,10,12,50:8;20:9\nb,B,10,,\nc,C,10,,20:9\nd,D,10,12,x\n"));
    let Cell::Value(terms) = &file.products[0].variants[0].wholesale else { panic!() };
    assert_eq!(wholesale::format_tiers(&terms.tiers), "20:9.00;50:8.00");
    assert_eq!(file.products[1].variants[0].wholesale, Cell::Empty);
    assert_eq!(file.refused.iter().map(|refusal| refusal.line).collect::<Vec<_>>(), [4, 5]);
}
